package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRetentionIsShownAndSet(t *testing.T) {
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	days := func(args ...string) map[string]int {
		t.Helper()
		stdout, stderr, code := run(t, append(append([]string{"retention"}, args...), "--store", dsn, "--format", "json")...)
		require.Equal(t, exitDone, code, stderr)
		var doc struct {
			Tables []struct {
				Rows []struct {
					Table string
					Days  int
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &doc))
		kept := map[string]int{}
		for _, row := range doc.Tables[0].Rows {
			kept[row.Table] = row.Days
		}
		return kept
	}
	want := map[string]int{"calls and agent spans": 90, "sums by hour and day": 1096, "log records": 7}
	assert.Equal(t, want, days())
	want["log records"] = 14
	assert.Equal(t, want, days("--log-days", "14", "--apply"))
	want["calls and agent spans"] = 30
	assert.Equal(t, want, days("--detail-days", "30"))
	assert.Equal(t, want, days())

	_, stderr, code := run(t, "retention", "--log-days", "0", "--store", dsn)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "log days 0: expected 1 to 10000")
}
