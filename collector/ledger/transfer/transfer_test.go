package transfer_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestMain(m *testing.M) { os.Exit(clickhousetest.Main(m)) }

func openDuckDB(t *testing.T) ledger.Store {
	t.Helper()
	s, err := duckdb.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.duckdb"))
	require.NoError(t, err)
	return migrated(t, s)
}

func openClickHouse(t *testing.T) ledger.Store {
	t.Helper()
	server, database := clickhousetest.Shared(t)
	s, err := clickhouse.Open(t.Context(), server.DSN(database))
	require.NoError(t, err)
	migrated(t, s)
	// Tests do not wait for an hour to be quiet.
	_, err = server.QueryIn(t.Context(), database, "INSERT INTO ledger_settings (name, value) VALUES ('rollup_quiet_seconds', 0)")
	require.NoError(t, err)
	return s
}

func migrated(t *testing.T, s ledger.Store) ledger.Store {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.SetRetention(t.Context(), ledgertest.Forever))
	return s
}

var begin = time.Date(2026, 11, 1, 22, 30, 0, 0, time.UTC)

// rows is n calls a minute apart, every tenth under an agent.
func rows(n int) (batch ledger.Batch) {
	for i := range n {
		amount := udecimal.MustParse(fmt.Sprintf("0.%018d", i+1))
		c := ledger.Call{
			TraceID: ledger.TraceID{0: 1, 15: byte(i / 10)}, SpanID: ledger.SpanID{6: byte(i >> 8), 7: byte(i + 1), 0: 1},
			Start: begin.Add(time.Duration(i) * time.Minute), Duration: time.Second,
			User: "u-1", RequestModel: "gpt-5", Tags: map[string]string{"project": "apollo, \"one\""},
			Usage: usage.Counts{usage.Input: int64(i)}, Cost: ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"},
			Role: "llm", Billable: true, Revision: i % 3, Received: begin,
		}
		batch.Calls = append(batch.Calls, c)
		if i%10 == 0 {
			batch.Spans = append(batch.Spans, ledger.AgentSpan{
				TraceID: c.TraceID, SpanID: ledger.SpanID{0: 2, 7: 1}, Start: c.Start, Role: "agent", Name: "planner", Received: begin,
			})
		}
	}
	return batch
}

func total(t *testing.T, s ledger.Reader) ledger.Totals {
	t.Helper()
	groups, err := s.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
	return groups[0].Totals
}

func TestTransfer_MovingALedgerKeepsEveryRowOnce(t *testing.T) {
	for _, test := range []struct {
		name     string
		from, to func(*testing.T) ledger.Store
	}{
		{"from DuckDB to ClickHouse", openDuckDB, openClickHouse},
		{"from ClickHouse to DuckDB", openClickHouse, openDuckDB},
	} {
		t.Run(test.name, func(t *testing.T) {
			source, target := test.from(t), test.to(t)
			batch := rows(200)
			require.NoError(t, source.Write(t.Context(), batch))
			for range 2 {
				calls, spans, err := transfer.Copy(t.Context(), source, target, time.Time{}, time.Time{}, nil)
				require.NoError(t, err)
				require.Equal(t, 200, calls)
				require.Equal(t, 20, spans)
				require.Equal(t, total(t, source), total(t, target))
			}
			want, err := source.Trace(t.Context(), batch.Calls[7].TraceID)
			require.NoError(t, err)
			got, err := target.Trace(t.Context(), batch.Calls[7].TraceID)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprintf("%+v", want.Spans), fmt.Sprintf("%+v", got.Spans))
			require.Len(t, got.Calls, 10)
			require.Equal(t, want.Calls[3].Revision, got.Calls[3].Revision)
			require.True(t, want.Calls[3].Cost.Amount.Equal(*got.Calls[3].Cost.Amount))
		})
	}
}

func TestTransfer_AnEmptyLedgerMovesAsNothing(t *testing.T) {
	for _, open := range []func(*testing.T) ledger.Store{openDuckDB, openClickHouse} {
		calls, spans, err := transfer.Copy(t.Context(), open(t), openDuckDB(t), time.Time{}, time.Time{}, nil)
		require.NoError(t, err)
		require.Zero(t, calls+spans)
	}
}

func TestTransfer_ExportWritesExactAmounts(t *testing.T) {
	source := openDuckDB(t)
	require.NoError(t, source.Write(t.Context(), rows(100)))
	file := filepath.Join(t.TempDir(), "calls.csv")
	calls, err := transfer.Export(t.Context(), source, ledger.ExportQuery{
		Table: transfer.Calls, Format: string(duckdb.CSV), From: begin.Add(10 * time.Minute), Until: begin.Add(20 * time.Minute),
	}, file, nil)
	require.NoError(t, err)
	require.EqualValues(t, 10, calls)

	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 11)
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	require.Equal(t, "0.000000000000000011", records[1][column["cost"]])
	require.Equal(t, "01000000000000000000000000000001", records[1][column["trace_id"]])
	require.Contains(t, records[1][column["tags"]], "apollo")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".export-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// A spreadsheet runs what begins as a formula does.
func TestExport_WritesNoFormulaOfASender(t *testing.T) {
	batch := rows(6)
	for i, user := range []string{"=1+1", "@SUM(A1)", "-2+3", "+1", "＝1+1", "plain=1"} {
		batch.Calls[i].User = user
	}
	for name, open := range map[string]func(*testing.T) ledger.Store{"DuckDB": openDuckDB, "ClickHouse": openClickHouse} {
		t.Run(name, func(t *testing.T) {
			source := open(t)
			require.NoError(t, source.Write(t.Context(), batch))
			file := filepath.Join(t.TempDir(), "calls.csv")
			_, err := transfer.Export(t.Context(), source, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.CSV)}, file, nil)
			require.NoError(t, err)
			f, err := os.Open(file)
			require.NoError(t, err)
			defer f.Close()
			records, err := csv.NewReader(f).ReadAll()
			require.NoError(t, err)
			at := slices.Index(records[0], "user_id")
			var users []string
			for _, record := range records[1:] {
				users = append(users, record[at])
			}
			require.ElementsMatch(t, []string{"'=1+1", "'@SUM(A1)", "'-2+3", "'+1", "'＝1+1", "plain=1"}, users)
		})
	}
}

func TestTransfer_ExportWritesParquet(t *testing.T) {
	source := openDuckDB(t)
	require.NoError(t, source.Write(t.Context(), rows(50)))
	file := filepath.Join(t.TempDir(), "it's calls.parquet")
	_, err := transfer.Export(context.WithoutCancel(t.Context()), source, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.Parquet)}, file, nil)
	require.NoError(t, err)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "PAR1", string(content[:4]))
	require.Equal(t, "PAR1", string(content[len(content)-4:]))
}
