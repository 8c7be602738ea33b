package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// serverCases are every report of the command line, and its twin of the HTTP
// API where it has one. Periods are fixed: nothing depends on the clock.
var serverCases = map[string]struct{ command, api string }{
	"cost":            {"report cost --by department,model --from 2026-10-01 --to 2026-11-01 --zone Europe/Berlin", "cost?by=department,model&from=2026-10-01&to=2026-11-01&zone=Europe/Berlin"},
	"cost by tag":     {"report cost --by user --from 2026-10-01 --to 2026-11-01 --where model!=gpt-5 --top 3", "cost?by=user&from=2026-10-01&to=2026-11-01&where=model!%3Dgpt-5&top=3"},
	"daily":           {"report daily --from 2026-10-01 --to 2026-11-01", "daily?from=2026-10-01&to=2026-11-01"},
	"peaks":           {"report peaks --from 2026-10-01 --to 2026-11-01 --top 5", "peaks?from=2026-10-01&to=2026-11-01&top=5"},
	"errors":          {"report errors --from 2026-10-01 --to 2026-11-01 --top 5", "errors?from=2026-10-01&to=2026-11-01&top=5"},
	"latency":         {"report latency --by model --from 2026-10-01 --to 2026-11-01", "latency?by=model&from=2026-10-01&to=2026-11-01"},
	"summary":         {"report summary --from 2026-10-01 --to 2026-11-01", "summary?from=2026-10-01&to=2026-11-01"},
	"anomalies":       {"report anomalies --by user --from 2026-10-20 --to 2026-10-27", "anomalies?by=user&from=2026-10-20&to=2026-10-27"},
	"past forecast":   {"report forecast --by department --month 2026-10", ""},
	"chargeback":      {"chargeback --month 2026-10 --rules RULES --book BOOK", "chargeback?month=2026-10"},
	"optimize":        {"optimize --from 2026-10-01 --to 2026-11-01 --min-calls 2 --min-saving 0.000001", "optimize?from=2026-10-01&to=2026-11-01&min_calls=2&min_saving=0.000001"},
	"past traces":     {"traces --from 2026-10-01 --to 2026-11-01", ""},
	"an empty period": {"report cost --by department --from 2020-01-01 --to 2020-02-01", "cost?by=department&from=2020-01-01&to=2020-02-01"},
}

func TestReportsAreTheSameFromTheStoreThroughAServerAndOverHTTP(t *testing.T) {
	dir := t.TempDir()
	dsn := "duckdb://" + filepath.Join(dir, "ledger.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	calls := ledgertest.RandomCalls(400, 7)
	for i := range calls {
		calls[i].Start = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 107 * time.Minute)
	}
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	require.NoError(t, store.Close())
	rules := filepath.Join(dir, "rules.yaml")
	require.NoError(t, os.WriteFile(rules, []byte("allocate: even\nmarkup: \"5\"\n"), 0o600))

	commandOf := func(name string, more ...string) []string {
		words := strings.Fields(strings.NewReplacer("RULES", rules, "BOOK", filepath.Join(dir, "book")).Replace(serverCases[name].command))
		return append(words, more...)
	}
	formats := []string{"csv", "json", "table", "markdown"}
	local := map[string]string{}
	for name := range serverCases {
		for _, format := range formats {
			out, errs, code := run(t, commandOf(name, "--format", format, "--store", dsn)...)
			require.Zero(t, code, "%s: %s", name, errs)
			local[name+format] = out
		}
	}

	require.Greater(t, strings.Count(local["costcsv"], "\n"), 5, "there is something to compare")

	factory := ledgerapiextension.NewFactory()
	config := factory.CreateDefaultConfig().(*ledgerapiextension.Config)
	config.Store, config.Server.NetAddr.Endpoint, config.ChargebackRules = configopaque.String(dsn), "127.0.0.1:0", rules
	api, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), config)
	require.NoError(t, err)
	require.NoError(t, api.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, api.Shutdown(context.Background())) })
	server, err := remote.Discover(dsn)
	require.NoError(t, err)

	for name, tc := range serverCases {
		t.Run(name, func(t *testing.T) {
			for _, format := range formats {
				out, errs, code := run(t, commandOf(name, "--format", format, "--server", server)...)
				require.Zero(t, code, errs)
				assert.Equal(t, local[name+format], out, format)
			}
			if tc.api == "" {
				return
			}
			for _, format := range []string{"csv", "json"} {
				u, err := url.Parse(server + "/v1/reports/" + tc.api + "&format=" + format)
				require.NoError(t, err)
				resp, err := http.Get(u.String())
				require.NoError(t, err)
				body, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				resp.Body.Close()
				assert.Equal(t, local[name+format], string(body), format)
			}
		})
	}
}
