package main

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// asCommand makes a process of the test binary the command itself, for what two
// processes do to each other.
const asCommand = "SPANLEDGER_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	if os.Getenv(asApplication) != "" {
		if err := cappedApplication(); err != nil {
			fmt.Println(err)
			os.Exit(exitFailed)
		}
		os.Exit(exitDone)
	}
	os.Exit(clickhousetest.Main(m))
}

// engines address an empty ledger of each kind.
var engines = map[string]func(t *testing.T) (dsn string){
	"DuckDB": func(t *testing.T) string { return "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb") },
	"ClickHouse": func(t *testing.T) string {
		server, database := clickhousetest.Shared(t)
		return server.DSN(database)
	},
}

// fillLedger writes calls of the last five hours, which it returns.
func fillLedger(t *testing.T, dsn string) []ledger.Call {
	t.Helper()
	calls := ledgertest.RandomCalls(300, 7)
	now := time.Now().UTC().Truncate(time.Microsecond)
	for i := range calls {
		calls[i].Start, calls[i].Received = now.Add(-time.Duration(i+1)*time.Minute), now
	}
	store := openLedger(t, dsn)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
	require.NoError(t, store.Close())
	return calls
}

func TestReport_NothingMatchesTheFilter(t *testing.T) {
	dsn := "duckdb://" + filepath.Join(t.TempDir(), "ledger.duckdb")
	fillLedger(t, dsn)
	const says = "nothing in this period matches --where department=nosuch"
	for _, line := range []string{"report cost", "report cost --by user", "report latency", "traces"} {
		args := append(strings.Fields(line), "--where", "department=nosuch", "--store", dsn)
		assert.Contains(t, mustRun(t, args...), says, line)
		assert.NotContains(t, mustRun(t, append(args, "--format", "json")...), says, line)
	}
	assert.Contains(t, mustRun(t, "report", "unit", "--outcome", "resolved", "--store", dsn), `No outcome "resolved" in this period: none is recorded.`)
}

func openLedger(t *testing.T, dsn string) ledger.Store {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	return store
}

func costOf(calls []ledger.Call) (sum udecimal.Decimal) {
	for i := range calls {
		if a := calls[i].Cost.Amount; a != nil {
			sum = sum.Add(*a)
		}
	}
	return sum
}

// mustRun runs a command that has to succeed.
func mustRun(t *testing.T, args ...string) (stdout string) {
	t.Helper()
	stdout, stderr, code := run(t, args...)
	require.Zero(t, code, "%v: %s", args, stderr)
	return stdout
}

func TestLedger_RetentionIsShownAndSet(t *testing.T) {
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := open(t)
			fillLedger(t, dsn)
			out := mustRun(t, "retention", "--store", dsn, "--format", "csv")
			assert.Contains(t, out, "calls and agent spans,90")
			assert.Contains(t, out, "rollups by hour and day,1096")
			mustRun(t, "retention", "--store", dsn, "--detail-days", "30", "--apply")
			assert.Contains(t, mustRun(t, "retention", "--store", dsn, "--format", "csv"), "calls and agent spans,30")
			_, stderr, code := run(t, "retention", "--store", dsn, "--detail-days", "1")
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, stderr, "--detail-days 1: expected 2 or more")
			assert.Contains(t, mustRun(t, "retention", "--store", dsn, "--log-days", "14", "--format", "csv"), "log records,14")
			_, stderr, code = run(t, "retention", "--store", dsn, "--log-days", "0")
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, stderr, "--log-days 0: expected 1 to 10000")
			for days, want := range map[string]string{
				"2000":      "--detail-days 2000 is more than the rollup days (1096): raise --rollup-days too",
				"100000000": "--detail-days 100000000: expected at most 10000",
			} {
				_, stderr, code = run(t, "retention", "--store", dsn, "--detail-days", days)
				assert.Equal(t, exitUsage, code)
				assert.Contains(t, stderr, want)
			}
		})
	}
}

func TestLedger_ExportHoldsEveryCallToTheLastDigit(t *testing.T) {
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := open(t)
			calls := fillLedger(t, dsn)
			file := filepath.Join(t.TempDir(), "calls.csv")
			assert.Contains(t, mustRun(t, "export", file, "--format", "csv", "--since", "7d", "--store", dsn), "300 calls in "+file)
			text, err := os.Open(file)
			require.NoError(t, err)
			defer text.Close()
			rows, err := csv.NewReader(text).ReadAll()
			require.NoError(t, err)
			require.Len(t, rows, 301)
			column := slices.Index(rows[0], "cost")
			var sum udecimal.Decimal
			for _, row := range rows[1:] {
				if row[column] != "" {
					sum = sum.Add(udecimal.MustParse(row[column]))
				}
			}
			assert.True(t, sum.Equal(costOf(calls)), "%s, expected %s", sum, costOf(calls))
			mustRun(t, "export", filepath.Join(t.TempDir(), "calls.parquet"), "--since", "7d", "--store", dsn)
		})
	}
}

func TestExport_ReplacesNoFileUnlessForced(t *testing.T) {
	dsn := engines["DuckDB"](t)
	fillLedger(t, dsn)
	file := filepath.Join(t.TempDir(), "calls.csv")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	ask := []string{"export", file, "--format", "csv", "--since", "7d", "--store", dsn}
	_, stderr, code := run(t, ask...)
	assert.Equal(t, exitFailed, code)
	assert.Contains(t, stderr, "file exists (hint: use --force to replace it")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(kept))

	mustRun(t, append(ask, "--force")...)
	replaced, err := os.ReadFile(file)
	require.NoError(t, err)
	stdout, stderr, code := run(t, "export", "-", "--format", "csv", "--since", "7d", "--store", dsn)
	require.Equal(t, exitDone, code, stderr)
	assert.Equal(t, string(replaced), stdout, "- is standard output")
	assert.True(t, strings.HasPrefix(stderr, "300 calls\n"), stderr)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".spanledger-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.NoFileExists(t, "-")
}

func TestLedger_ExportWritesLogRecords(t *testing.T) {
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := open(t)
			calls := fillLedger(t, dsn)
			store := openLedger(t, dsn)
			logs := ledgertest.CallLogs(calls)
			for i := range logs {
				logs[i].Body = "line one\nline, \"two\""
			}
			require.NoError(t, store.WriteLogs(t.Context(), logs))
			require.NoError(t, store.Close())
			file := filepath.Join(t.TempDir(), "logs.csv")
			assert.Contains(t, mustRun(t, "export", file, "--table", "logs", "--format", "csv", "--since", "7d", "--store", dsn), "300 log records in "+file)
			text, err := os.Open(file)
			require.NoError(t, err)
			defer text.Close()
			rows, err := csv.NewReader(text).ReadAll()
			require.NoError(t, err)
			require.Len(t, rows, 301)
			column := func(name string) int { return slices.Index(rows[0], name) }
			traces := map[string]bool{}
			for i, row := range rows[1:] {
				assert.Equal(t, logs[0].Body, row[column("message")])
				traces[row[column("trace_id")]] = true
				if i > 0 {
					assert.LessOrEqual(t, rows[i][column("time")], row[column("time")])
				}
			}
			for i := range calls {
				assert.True(t, traces[calls[i].TraceID.String()])
			}
			parquet := filepath.Join(t.TempDir(), "logs.parquet")
			mustRun(t, "export", parquet, "--table", "logs", "--since", "7d", "--store", dsn)
			content, err := os.ReadFile(parquet)
			require.NoError(t, err)
			assert.Equal(t, "PAR1", string(content[:4]))
		})
	}
	_, stderr, code := run(t, "export", "x.csv", "--table", "spans", "--store", "duckdb://none")
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, `--table "spans": expected calls, logs, evaluations or outcomes`)
}

func TestLedger_AForgottenUserStaysSoThroughRedeliveryAndMove(t *testing.T) {
	for from, to := range map[string]string{"DuckDB": "ClickHouse", "ClickHouse": "DuckDB"} {
		t.Run("from "+from+" to "+to, func(t *testing.T) {
			source, target := engines[from](t), engines[to](t)
			calls := fillLedger(t, source)
			n := 0
			for i := range calls {
				if calls[i].User == "u-1" {
					n++
				}
			}
			assert.Equal(t, fmt.Sprintf("%d calls of \"u-1\" are now attributed to \"(forgotten)\"\n", n),
				mustRun(t, "forget", "--user", "u-1", "--yes", "--store", source))
			out := mustRun(t, "migrate", source, target)
			assert.Contains(t, out, "300 calls and 0 spans copied")
			assert.Contains(t, out, "verified: every month is equal to the last digit")
			if month := calls[0].Start.Format("2006-01"); month == calls[299].Start.Format("2006-01") {
				sums := fmt.Sprintf("300 billed calls, %s USD", costOf(calls))
				assert.Contains(t, out, month+" before: "+sums)
				assert.Contains(t, out, month+" after:  "+sums+", equal")
			}
			assert.Equal(t, out, mustRun(t, "migrate-store", source, target), "again, under the former name, changes nothing")
			for _, dsn := range []string{source, target} {
				for i := range calls {
					calls[i].Received = calls[i].Received.Add(time.Minute)
				}
				store := openLedger(t, dsn)
				require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
				require.NoError(t, store.Close())
				users := mustRun(t, "report", "cost", "--by", "user", "--since", "7d", "--format", "csv", "--store", dsn)
				assert.Contains(t, users, ledger.Forgotten)
				assert.NotContains(t, users, "u-1")
				assert.Contains(t, users, "u-2")
			}
		})
	}
}

func TestLedger_ShowingTheRetentionLeavesAnEarlierSchemaAsItIs(t *testing.T) {
	earlier := map[string]func(t *testing.T) (dsn string){
		"DuckDB": func(t *testing.T) string {
			packed, err := os.Open(filepath.Join("..", "..", "internal", "testing", "upgradetest", "testdata", "2026-11-23", "ledger.duckdb.gz"))
			require.NoError(t, err)
			defer packed.Close()
			unpacked, err := gzip.NewReader(packed)
			require.NoError(t, err)
			content, err := io.ReadAll(unpacked)
			require.NoError(t, err)
			file := filepath.Join(t.TempDir(), "ledger.duckdb")
			require.NoError(t, os.WriteFile(file, content, 0o600))
			return "duckdb://" + file
		},
		"ClickHouse": func(t *testing.T) string {
			server, database := clickhousetest.Shared(t)
			fillLedger(t, server.DSN(database))
			_, err := server.QueryIn(t.Context(), database, "ALTER TABLE ledger_schema DELETE WHERE version > 3 SETTINGS mutations_sync = 2")
			require.NoError(t, err)
			return server.DSN(database)
		},
	}
	for engine, open := range earlier {
		t.Run(engine, func(t *testing.T) {
			dsn := open(t)
			version := func() (have, known int) {
				store := openLedger(t, dsn)
				defer store.Close()
				have, known, err := store.SchemaVersion(t.Context())
				require.NoError(t, err)
				return have, known
			}
			have, known := version()
			require.Less(t, have, known)
			for range 2 {
				stdout, stderr, code := run(t, "retention", "--store", dsn, "--format", "csv")
				require.Zero(t, code, stderr)
				assert.Contains(t, stdout, "calls and agent spans,90")
				assert.Contains(t, stderr, fmt.Sprintf("ledger schema is version %d, this binary knows %d", have, known))
			}
			still, _ := version()
			assert.Equal(t, have, still)
		})
	}
	for engine, open := range engines {
		dsn := open(t)
		_, stderr, code := run(t, "retention", "--store", dsn)
		assert.Equal(t, 1, code, engine)
		assert.Contains(t, stderr, "no ", engine) // no ledger at that path; no tables yet
		if file, isFile := duckdbFile(dsn); isFile {
			assert.NoFileExists(t, file)
		}
	}
}

func TestDeadLetters_AreListedAndKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dead.jsonl")
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	scope := resource.ScopeSpans().AppendEmpty()
	span := scope.Spans().AppendEmpty()
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{2})
	require.NoError(t, deadletter.New(file).Append([]deadletter.Letter{deadletter.NewLetter(errors.New("start: is missing"), resource, scope, span)}))

	for _, scheme := range []string{"", "http://"} {
		listed := mustRun(t, "deadletter", "list", "--file", file, "--format", "csv")
		assert.Contains(t, listed, "start: is missing")
		assert.Contains(t, listed, "01000000000000000000000000000000")
		closed, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, closed.Close())
		stdout, stderr, code := run(t, "deadletter", "retry", "--file", file, "--otlp-endpoint", scheme+closed.Addr().String())
		assert.Equal(t, 1, code)
		assert.Contains(t, stdout, "0 sent to")
		assert.Contains(t, stderr, "connection refused")
	}
	for _, command := range []string{"list", "retry"} {
		_, stderr, code := run(t, "deadletter", command, "--file", file+".none")
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, `.none": no such file`, "a file that is named and not there is no file without dead letters")
	}
}

func TestDeadLetters_ALetterThatACrashCutShortIsReported(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dead.jsonl")
	require.NoError(t, os.WriteFile(file, []byte(`{"time":"2026-11-01T00:00:00Z","reason":"start: is missing","trace_id":"aa","span_id":"bb","queue_item":"AA=="}`+"\n"+`{"time":"2026-11-01T00:0`), 0o600))
	stdout, stderr, code := run(t, "deadletter", "list", "--file", file, "--format", "csv")
	assert.Zero(t, code)
	assert.Contains(t, stdout, "start: is missing")
	assert.Contains(t, stderr, "line 2 is not a dead letter, for example because of a crash")
	require.NoError(t, os.WriteFile(file, []byte(`{"time":"2026-11-01T00:0`), 0o600))
	_, stderr, code = run(t, "deadletter", "retry", "--file", file)
	assert.Zero(t, code)
	assert.Contains(t, stderr, "it is in "+file+".unreadable now")
	assert.FileExists(t, file+".unreadable")
}
