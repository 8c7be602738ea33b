package main

import (
	"encoding/csv"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

// lastMonth is a ledger with a call of the month before this one.
func lastMonth(t *testing.T) (dsn, month string) {
	t.Helper()
	dsn = engines["DuckDB"](t)
	calls := fillLedger(t, dsn)
	now := time.Now().UTC()
	begin := time.Date(now.Year(), now.Month()-1, 3, 0, 0, 0, 0, time.UTC)
	c := calls[0]
	c.TraceID[0]++
	c.Start, c.Received, c.Department = begin, begin, "claims"
	store := openLedger(t, dsn)
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
	require.NoError(t, store.Close())
	return dsn, begin.Format("2006-01")
}

func TestChargeback_WritesOneTableACSVAndAPDF(t *testing.T) {
	dsn, month := lastMonth(t)
	ask := []string{"chargeback", "--month", month, "--store", dsn, "--book", t.TempDir()}
	stdout, stderr, code := run(t, append(ask, "--format", "csv")...)
	require.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stderr, "--table teams")
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	require.NoError(t, err, "one header, and rows of its length")
	assert.Equal(t, []string{"department", "billed"}, rows[0][:2])
	teams := mustRun(t, append(ask, "--format", "csv", "--table", "teams")...)
	assert.True(t, strings.HasPrefix(teams, "department,team,application,"), teams)
	_, stderr, code = run(t, append(ask, "--format", "csv", "--table", "people")...)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--table: table "people": use one of departments, teams`)
	assert.True(t, strings.HasPrefix(mustRun(t, append(ask, "--format", "pdf")...), "%PDF-"))
	assert.Contains(t, mustRun(t, append(ask, "--format", "focus", "--focus-version", "1.5-preview")...), "TokenDirection")
}

func TestChargeback_ReopensAClosedMonthByACreditNote(t *testing.T) {
	dsn, month := lastMonth(t)
	book := t.TempDir()
	mustRun(t, "chargeback", "close", "--month", month, "--store", dsn, "--book", book, "--accept-unpriced")
	_, stderr, code := run(t, "chargeback", "reopen", "--month", month, "--book", book)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "--month and --reason are required")
	assert.Contains(t, mustRun(t, "chargeback", "reopen", "--month", month, "--book", book, "--reason", "wrong rules"), "Credit note 1 for "+month)
	assert.Contains(t, mustRun(t, "chargeback", "--month", month, "--store", dsn, "--book", book), "by credit note 1 of ")
	_, stderr, code = run(t, "chargeback", "reopen", "--month", month, "--book", book, "--reason", "twice")
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "is not closed in")
}

func TestChargeback_ChecksTheRulesOfAClosedMonthAndSaysThatItKeepsItsOwn(t *testing.T) {
	dsn, month := lastMonth(t)
	ask := []string{"--month", month, "--store", dsn, "--book", t.TempDir()}
	mustRun(t, append([]string{"chargeback", "close", "--accept-unpriced"}, ask...)...)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(file, []byte("markup: \"50\""), 0o600))
	stdout, stderr, code := run(t, append([]string{"chargeback", "--rules", file}, ask...)...)
	require.Equal(t, exitDone, code, stderr)
	assert.Equal(t, "month "+month+" is closed: its statement keeps its own rules, and --rules "+file+" changes nothing\n", stderr)
	without, stderr, _ := run(t, append([]string{"chargeback"}, ask...)...)
	assert.Empty(t, stderr)
	assert.Equal(t, without, stdout)
	require.NoError(t, os.WriteFile(file, []byte("markup: much"), 0o600))
	for wrong, says := range map[string]string{file: "markup", filepath.Join(t.TempDir(), "nosuch.yaml"): "no such file"} {
		_, stderr, code = run(t, append([]string{"chargeback", "--rules", wrong}, ask...)...)
		assert.NotEqual(t, exitDone, code, wrong)
		assert.Contains(t, stderr, says)
	}
}

func TestChargeback_ChecksTheRulesOfTheEnvironmentAlsoForAClosedMonth(t *testing.T) {
	dsn, month := lastMonth(t)
	ask := []string{"--month", month, "--store", dsn, "--book", t.TempDir()}
	mustRun(t, append([]string{"chargeback", "close", "--accept-unpriced"}, ask...)...)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	t.Setenv(rulesVariable, file)
	_, stderr, code := run(t, append([]string{"chargeback"}, ask...)...)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "$"+rulesVariable+" \""+file+"\": no such file")
	require.NoError(t, os.WriteFile(file, []byte("markup: \"50\""), 0o600))
	_, stderr, code = run(t, append([]string{"chargeback"}, ask...)...)
	assert.Equal(t, exitDone, code)
	assert.Empty(t, stderr, "the variable is set for every month")
}

func TestChargebackReopen_ThroughAServerSaysWhoseMonthIsOpen(t *testing.T) {
	dsn, month := lastMonth(t)
	data := t.TempDir()
	t.Setenv(dataVariable, data)
	mustRun(t, "chargeback", "close", "--month", month, "--store", dsn, "--accept-unpriced")
	reopen := []string{"chargeback", "reopen", "--month", month, "--reason", "wrong rules", "--server", "http://127.0.0.1:1"}
	_, stderr, code := run(t, append(reopen, "--store", dsn)...)
	assert.Equal(t, exitUsage, code, stderr)
	_, stderr, code = run(t, reopen...)
	assert.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stderr, "for them, "+month+" is open when "+month+".json is no longer in it")
}

func TestChargebackClose_ThroughAServerSaysWhereTheStatementIs(t *testing.T) {
	dsn, month := lastMonth(t)
	store := openLedger(t, dsn)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	server := httptest.NewServer(remote.Handler(store))
	t.Cleanup(server.Close)
	data := t.TempDir()
	t.Setenv(dataVariable, data)
	ask := []string{"chargeback", "close", "--accept-unpriced", "--month", month, "--server", server.URL}
	stdout, stderr, code := run(t, ask...)
	require.Equal(t, exitDone, code, stderr)
	assert.Contains(t, stdout, ", in "+filepath.Join(data, "chargeback"))
	assert.Contains(t, stderr, "the statement is in the folder "+filepath.Join(data, "chargeback")+" of this machine")
	assert.Contains(t, stderr, month+" is closed when "+month+".json is in it")
	_, stderr, code = run(t, append(ask, "--book", t.TempDir())...)
	require.Equal(t, exitDone, code, stderr)
	assert.Empty(t, stderr, "the folder was chosen")
}

func TestChargebackLint_NamesRulesForNoOne(t *testing.T) {
	dsn, _ := lastMonth(t)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(file, []byte("{allocate: even, shared: [plat-form], adjustments: [{month: 2026-10, department: nobody, amount: \"1\", reason: why}]}"), 0o600))
	stdout, _, code := run(t, "chargeback", "lint", file, "--store", dsn)
	assert.Equal(t, exitFailed, code)
	assert.Equal(t, file+": shared[0]: \"plat-form\" has no calls (a spelling mistake?)\n"+file+": adjustments[0].department: \"nobody\" has no calls (a spelling mistake?)\n", stdout)
	require.NoError(t, os.WriteFile(file, []byte("{allocate: even, shared: [claims]}"), 0o600))
	assert.Equal(t, file+": no problems\n", mustRun(t, "chargeback", "lint", file, "--store", dsn))
	assert.Equal(t, file+": no problems\n", mustRun(t, "chargeback", "lint", "--rules", file, "--store", dsn))
	_, stderr, code := run(t, "chargeback", "lint", file, "--rules", file, "--store", dsn)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "--rules and the argument")
	_, stderr, code = run(t, "chargeback", "lint", "--store", dsn)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "the file of rules is missing")
	t.Setenv(rulesVariable, file)
	assert.Equal(t, file+": no problems\n", mustRun(t, "chargeback", "lint", "--store", dsn))
}
