package costledgerexporter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/metadata"
	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/smalldisk"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/deadletter"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

// failing is an exporter that retries every few milliseconds, and what it says.
type failing struct {
	exporter.Traces
	cfg       *Config
	said      *observer.ObservedLogs
	telemetry *componenttest.Telemetry
}

func create(t *testing.T, dsn, deadLetters string) failing {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint = configopaque.String(dsn)
	cfg.QueueConfig.Get().Batch.Get().FlushTimeout = time.Millisecond
	cfg.BackOffConfig.InitialInterval = time.Millisecond
	cfg.BackOffConfig.MaxInterval = 5 * time.Millisecond
	cfg.DeadLetter.File = deadLetters
	core, said := observer.New(zap.WarnLevel - 1)
	tel := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, tel.Shutdown(context.WithoutCancel(t.Context()))) })
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = tel.NewTelemetrySettings()
	set.Logger = zap.New(core)
	e, err := NewFactory().CreateTraces(t.Context(), set, cfg)
	require.NoError(t, err)
	return failing{Traces: e, cfg: cfg, said: said, telemetry: tel}
}

func startFailing(t *testing.T, dsn, deadLetters string) failing {
	t.Helper()
	e := create(t, dsn, deadLetters)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, e.Shutdown(context.WithoutCancel(t.Context()))) })
	return e
}

// failures is how many writes failed for a cause.
func (e failing) failures(t *testing.T, cause ledger.Cause) int64 {
	t.Helper()
	m, err := e.telemetry.GetMetric("otelcol_exporter_cost_ledger_writes_failed")
	if err != nil {
		return 0
	}
	for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
		if v, _ := point.Attributes.Value(attribute.Key("cause")); v.AsString() == string(cause) {
			return point.Value
		}
	}
	return 0
}

// requireSaidOnce waits until many writes have failed for a cause, and makes
// sure that it was said once, with the fix.
func (e failing) requireSaidOnce(t *testing.T, cause ledger.Cause, want string) {
	t.Helper()
	require.Eventually(t, func() bool { return e.failures(t, cause) >= 5 }, time.Minute, 10*time.Millisecond,
		"%s: %v", cause, e.said.All())
	said := e.said.FilterMessage("The ledger cannot be written; new rows wait in the queue").
		FilterField(zap.String("cause", string(cause))).All()
	require.Len(t, said, 1)
	fields := said[0].ContextMap()
	require.Contains(t, fields["error"], want)
	require.Equal(t, cause.Hint(), fields["hint"])
	require.NotEmpty(t, fields["hint"])
}

// requireRecovered waits until the store holds so many calls, each once.
func (e failing) requireRecovered(t *testing.T, calls int) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), string(e.cfg.Endpoint))
	require.NoError(t, err)
	defer store.Close()
	var got []ledger.Group
	require.Eventually(t, func() bool {
		got, err = store.Aggregate(t.Context(), ledger.Query{})
		return err == nil && got[0].Totals.Calls >= int64(calls)
	}, time.Minute, 10*time.Millisecond, "%v: %v", got, e.said.All())
	require.EqualValues(t, calls, got[0].Totals.Calls)
}

// smallDisk is a file system of so many bytes.
func smallDisk(t *testing.T, size int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	smalldisk.Mount(t, dir, size)
	return dir
}

// bulky is calls that take much room.
func bulky(first, n int) ptrace.Traces {
	td, spans := batch()
	for i := range n {
		span := chat(spans, 1)
		span.SetTraceID(pcommon.TraceID{1, byte((first + i) >> 16), byte((first + i) >> 8), byte(first + i), 15: 2})
		noise := make([]string, 40)
		for j := range noise {
			noise[j] = fmt.Sprintf("%x", (first+i+1)*(j+7919)*104729)
		}
		span.Attributes().PutStr("user.id", strings.Join(noise, "-"))
	}
	return td
}

func TestOutage_AFullDiskUnderTheDuckDBFile(t *testing.T) {
	disk := smallDisk(t, 6<<20)
	e := startFailing(t, "duckdb://"+filepath.Join(disk, "ledger.duckdb"), filepath.Join(t.TempDir(), "dead.jsonl"))
	const each = 2000
	var sent int
	for e.failures(t, ledger.CauseDiskFull) == 0 && sent < 40*each {
		require.NoError(t, e.ConsumeTraces(t.Context(), bulky(sent, each)))
		sent += each
		time.Sleep(20 * time.Millisecond)
	}
	e.requireSaidOnce(t, ledger.CauseDiskFull, "No space left on device")
	smalldisk.Resize(t, disk, 256<<20)
	e.requireRecovered(t, sent)
}

func TestOutage_AFullDiskUnderTheDeadLetterFile(t *testing.T) {
	disk := smallDisk(t, 64<<10)
	ballast := filepath.Join(disk, "ballast")
	require.NoError(t, os.WriteFile(ballast, make([]byte, 60<<10), 0o600))
	e := startFailing(t, duckDB(t), filepath.Join(disk, "dead.jsonl"))
	td, spans := batch()
	chat(spans, 1)
	for i := range 20 {
		chat(spans, byte(i+2)).SetStartTimestamp(0)
	}
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	e.requireSaidOnce(t, ledger.CauseDiskFull, "dead-letter file")
	require.NoError(t, os.Remove(ballast))
	e.requireRecovered(t, 1)
	var letters int
	for _, err := range deadletter.New(e.cfg.DeadLetter.File).All() {
		require.NoError(t, err)
		letters++
	}
	require.Equal(t, 20, letters)
}

func TestOutage_ADiskThatIsReadOnlyStopsTheStart(t *testing.T) {
	disk := smallDisk(t, 1<<20)
	smalldisk.Seal(t, disk)
	e := create(t, "duckdb://"+filepath.Join(disk, "ledger.duckdb"), filepath.Join(t.TempDir(), "dead.jsonl"))
	err := e.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, filepath.Join(disk, "ledger.duckdb"))
	require.ErrorContains(t, err, "Read-only file system")
}

func TestOutage_ASchemaOfANewerBinaryStopsTheStart(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	store, err := clickhouse.Open(t.Context(), server.DSN(database))
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	_, err = server.QueryIn(t.Context(), database, "INSERT INTO ledger_schema (version, name) VALUES (9999, 'of the future')")
	require.NoError(t, err)
	err = create(t, server.DSN(database), filepath.Join(t.TempDir(), "dead.jsonl")).Start(t.Context(), componenttest.NewNopHost())
	var newer *ledger.SchemaNewerError
	require.ErrorAs(t, err, &newer)
	require.Equal(t, ledger.CauseSchemaNewer, ledger.CauseOf(err))
	require.ErrorContains(t, err, "run a newer spanledger")
}

func TestOutage_OfClickHouseIsLoggedOnceAndItsEndToo(t *testing.T) {
	for _, test := range []struct {
		name          string
		spoil, repair []string // statements
		cause         ledger.Cause
		want          string
	}{
		{"a column of another type",
			[]string{"ALTER TABLE llm_call_rows DROP COLUMN duration_ns", "ALTER TABLE llm_call_rows ADD COLUMN duration_ns Array(String)"},
			[]string{"ALTER TABLE llm_call_rows DROP COLUMN duration_ns", "ALTER TABLE llm_call_rows ADD COLUMN duration_ns Int64"},
			ledger.CauseSchemaChanged, "duration_ns"},
		{"a column that is missing",
			[]string{"ALTER TABLE llm_call_rows DROP COLUMN parent_span_id"},
			[]string{"ALTER TABLE llm_call_rows ADD COLUMN parent_span_id FixedString(8)"},
			ledger.CauseSchemaChanged, "parent_span_id"},
		{"a table that is missing",
			[]string{"RENAME TABLE llm_call_rows TO aside"},
			[]string{"RENAME TABLE aside TO llm_call_rows"},
			ledger.CauseNoSchema, "llm_call_rows"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, database := clickhousetest.Shared(t)
			e := startFailing(t, server.DSN(database), filepath.Join(t.TempDir(), "dead.jsonl"))
			execute := func(statements []string) {
				for _, statement := range statements {
					_, err := server.QueryIn(t.Context(), database, statement)
					require.NoError(t, err)
				}
			}
			execute(test.spoil)
			td, spans := batch()
			chat(spans, 1)
			require.NoError(t, e.ConsumeTraces(t.Context(), td))
			e.requireSaidOnce(t, test.cause, test.want)
			execute(test.repair)
			e.requireRecovered(t, 1)
		})
	}
}

// The library build of the server ends when it has refused a user.
func TestOutage_AWrongPasswordIsLoggedOnceAndNeverShown(t *testing.T) {
	server := clickhousetest.Start(t)
	e := startFailing(t, "clickhouse://nobody:hunter2@"+server.NativeAddr+"/ledger", filepath.Join(t.TempDir(), "dead.jsonl"))
	denied := e.said.FilterField(zap.String("cause", string(ledger.CauseAccessDenied))).All()
	require.Len(t, denied, 1)
	require.Contains(t, denied[0].ContextMap()["error"], "nobody: Authentication failed")
	require.Equal(t, "check the user, the password and the permissions of the user", denied[0].ContextMap()["hint"])
	for _, entry := range e.said.All() {
		require.NotContains(t, fmt.Sprint(entry.Message, entry.ContextMap()), "hunter2")
	}
}

func TestOutage_ClocksThatAreWrong(t *testing.T) {
	e := startFailing(t, duckDB(t), filepath.Join(t.TempDir(), "dead.jsonl"))
	td, spans := batch()
	for i, start := range []time.Time{
		begin.AddDate(0, 0, 400), begin.AddDate(-20, 0, 0), // odd, and separate in reports
		time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(0, 1),
	} {
		span := chat(spans, byte(i+1))
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(start.Add(time.Second)))
	}
	backwards := chat(spans, 9)
	backwards.SetEndTimestamp(backwards.StartTimestamp() - 1)
	require.NoError(t, e.ConsumeTraces(t.Context(), td))
	letters := deadletter.New(e.cfg.DeadLetter.File)
	require.Eventually(t, func() bool {
		var n int
		for letter, err := range letters.All() {
			if err != nil || !strings.Contains(letter.Reason, "is not between the years 2000 and 2100") {
				return false
			}
			n++
		}
		return n == 3
	}, time.Minute, 10*time.Millisecond)
	store, err := ledgerstore.Open(t.Context(), string(e.cfg.Endpoint))
	require.NoError(t, err)
	defer store.Close()
	require.Eventually(t, func() bool {
		got, err := store.Aggregate(t.Context(), ledger.Query{})
		return err == nil && got[0].Totals.Calls == 3
	}, time.Minute, 10*time.Millisecond)
}

func TestOutage_ALongOneIsLoggedAgain(t *testing.T) {
	core, said := observer.New(zap.InfoLevel)
	o := newOutage(zap.New(core))
	clock := begin
	o.now = func() time.Time { return clock }
	full := &ledger.StoreError{Cause: ledger.CauseDiskFull, Err: errors.New("no space")}
	for range 1000 {
		o.add(full)
	}
	require.Equal(t, 1, said.Len())
	o.over() // a small write that still fitted
	o.add(full)
	require.Equal(t, 1, said.Len())
	clock = clock.Add(repeatAfter)
	o.add(full)
	o.add(full)
	require.Equal(t, 2, said.Len())
	o.add(syscall.ECONNREFUSED)
	require.Equal(t, 3, said.Len(), "another cause is said at once")
	clock = clock.Add(calm)
	o.over()
	o.over()
	require.Equal(t, 4, said.Len())
	last := said.All()[3].ContextMap()
	require.EqualValues(t, 1004, last["writes_failed"])
	require.Equal(t, repeatAfter, last["after"])
}
