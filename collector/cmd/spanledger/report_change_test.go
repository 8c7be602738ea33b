package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestReportChange_ComparesTwoVersionsOfAPrompt(t *testing.T) {
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	var batch ledger.Batch
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
	for i, version := range []string{"v3", "v3", "v4", "v4", "v4"} {
		amount := udecimal.MustParse(map[string]string{"v3": "0.0125", "v4": "0.025"}[version])
		batch.Calls = append(batch.Calls, ledger.Call{
			TraceID: ledger.TraceID{byte(i + 1)}, SpanID: ledger.SpanID{byte(i + 1)}, Start: at, Received: at, Role: "llm", Billable: true,
			Provider: "openai", RequestModel: "gpt-5", PromptName: "planner", PromptVersion: version,
			Usage: usage.Counts{usage.Input: map[string]int64{"v3": 10_000, "v4": 20_000}[version]},
			Cost:  ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
		})
	}
	require.NoError(t, store.Write(t.Context(), batch))
	require.NoError(t, store.Close())

	var found struct {
		Tables []struct {
			Name string
			Rows []map[string]any
		}
	}
	text := mustRun(t, "report", "change", "--since", "1d", "--a", "prompt_version=v3", "--b", "prompt_version=v4", "--where", "prompt_name=planner",
		"--by", "prompt_version", "--format", "json", "--store", dsn)
	require.NoError(t, json.Unmarshal([]byte(text), &found))
	steps := map[any]any{}
	for _, row := range found.Tables[0].Rows {
		steps[row["step"]] = row["change_usd"]
	}
	assert.Equal(t, "0.025", steps["Before"])
	assert.Equal(t, "0.0125", steps["Requests"], "three requests instead of two")
	assert.Equal(t, "0.0375", steps["Prompt length"], "10,000 tokens more of three requests")
	for flags, want := range map[string]string{
		"--a nonsense":                           `--a "nonsense": expected dimension=value`,
		"--b colour=x":                           `--b "colour=x": unknown dimension`,
		"--before-from x --before-to 2026-01-01": `--before-from "x": not a time`,
	} {
		_, stderr, code := run(t, append(strings.Fields("report change --store "+dsn), strings.Fields(flags)...)...)
		assert.Equal(t, exitUsage, code, flags)
		assert.Contains(t, stderr, want)
	}
}
