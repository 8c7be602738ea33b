package main

import (
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// suggested finds the commands about the ledger that a text suggests.
var suggested = regexp.MustCompile("spanledger (?:report|traces?|calls|conversations?|prices reprice) [^\n`)]*")

// A copy of a command must give figures of the ledger and the period that were asked.
func TestSuggest_CommandsAskTheSameLedgerAndPeriod(t *testing.T) {
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	from := time.Now().UTC().AddDate(0, 0, -2).Format(time.DateOnly)
	none := strings.Repeat("ab", 16)
	check := func(t *testing.T, ledger ...string) {
		for line, least := range map[string]int{
			"report cost":                    2, // why, and how to price them
			"report cost --where model!=x,y": 2,
			"report summary":                 2,
			"report daily":                   1,
			"report peaks":                   1,
			"report change --before-from " + from + " --before-to " + time.Now().UTC().Format(time.DateOnly): 1,
			"traces":               2,
			"conversations":        2,
			"conversation nosuch":  1,
			"explain " + none[:16]: 1,
			"trace " + none:        1,
			"logs --trace x":       1,
		} {
			t.Run(line, func(t *testing.T) {
				given := append([]string{"--from", from, "--zone", "Europe/Berlin"}, ledger...)
				stdout, stderr, _ := run(t, append(strings.Fields(line), given...)...)
				found := suggested.FindAllString(stdout+stderr, -1)
				require.GreaterOrEqual(t, len(found), least, stdout+stderr)
				for _, command := range found {
					assert.Contains(t, command, strings.Join(ledger, " "))
					if !strings.HasPrefix(command, "spanledger trace ") {
						assert.Regexp(t, "--from 20", command)
						assert.Contains(t, command, " --zone Europe/Berlin")
					}
					if strings.Contains(command, "cost_reason") {
						assert.Equal(t, strings.Contains(line, "--where"), strings.Contains(command, "--where 'model!=x,y'"))
					}
					if strings.Contains(command, "FILE") {
						continue
					}
					words, err := exec.CommandContext(t.Context(), "sh", "-c", "printf '%s\n' "+strings.TrimPrefix(command, "spanledger ")).Output()
					require.NoError(t, err)
					_, stderr, code := run(t, strings.Split(strings.TrimSpace(string(words)), "\n")...)
					assert.Equal(t, exitDone, code, "%s: %s", command, stderr)
				}
			})
		}
	}
	t.Run("store", func(t *testing.T) { check(t, "--store", dsn) })
	t.Run("server", func(t *testing.T) {
		store := openLedger(t, dsn)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		server := httptest.NewServer(remote.Handler(store))
		t.Cleanup(server.Close)
		check(t, "--server", server.URL)
	})
}

func TestSuggest_PrintsNoPassword(t *testing.T) {
	for dsn, want := range map[string]string{
		"clickhouse://ledger@db:9000/spanledger":    "spanledger traces --store clickhouse://ledger@db:9000/spanledger",
		"clickhouse://u:hunter2@db:9000/spanledger": "spanledger traces --store STORE",
		"clickhouse://db:9000/s?password=hunter2":   "spanledger traces --store STORE",
		"duckdb://my ledger.duckdb":                 "spanledger traces --store 'duckdb://my ledger.duckdb'",
	} {
		_, stderr, code := run(t, "logs", "--trace", "x", "--store", dsn)
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, "(list ids with: "+want+")")
	}
}
