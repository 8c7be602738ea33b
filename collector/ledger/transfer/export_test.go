package transfer_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

// manyCalls is more calls than one window or one group of rows of a file has, some with the
// same start, and one with a value in every field.
func manyCalls() []ledger.Call {
	calls := ledgertest.RandomCalls(56_000, 7)
	for i := range calls {
		calls[i].Start = calls[i].Start.Truncate(10 * time.Second)
	}
	full := ledgertest.FullCall()
	full.TraceID[0]++ // not one of theirs
	return append(calls, full)
}

// exportedFile is the file of a table of a store.
func exportedFile(t *testing.T, source ledger.Store, q ledger.ExportQuery) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "rows")
	_, err := transfer.Export(t.Context(), source, q, file, nil)
	require.NoError(t, err)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".export-*"))
	require.NoError(t, err)
	require.Empty(t, left)
	return file
}

// The files of both stores are the same: names, types and order of columns, values, and
// the order of rows.
func TestExport_IsTheSameFromBothStores(t *testing.T) {
	if testing.Short() {
		t.Skip("writes tens of thousands of calls to both stores")
	}
	calls := manyCalls()
	logs := append(ledgertest.CallLogs(calls[:3_000]), ledgertest.FullLog())
	results := append(ledgertest.RandomResults(calls[:500], 900, 3), ledger.Result{
		ID: ledger.ResultID{1}, Kind: ledger.ResultOutcome, Name: "resolved", Time: calls[0].Start, TraceID: calls[0].TraceID, Received: calls[0].Received,
	})
	ours, theirs := openDuckDB(t), openClickHouse(t)
	for _, store := range []ledger.Store{ours, theirs} {
		for chunk := range slices.Chunk(calls, 10_000) {
			require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: chunk}))
		}
		require.NoError(t, store.WriteLogs(t.Context(), logs))
		require.NoError(t, store.WriteResults(t.Context(), results))
		// The same again, in the next version: a row is in the file once.
		again := slices.Clone(calls[100:200])
		for i := range again {
			again[i].Start, again[i].Received = again[i].Start.Truncate(time.Hour), again[i].Received.Add(time.Hour)
		}
		require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: again}))
	}
	day := calls[0].Start.Truncate(24 * time.Hour)
	for _, q := range []ledger.ExportQuery{
		{Table: transfer.Calls},
		{Table: transfer.Calls, From: day.Add(-30 * time.Hour), Until: day.Add(5*time.Hour + 10*time.Second)},
		{Table: transfer.Calls, From: day.AddDate(-1, 0, 0), Until: day.AddDate(-1, 0, 1)},
		{Table: transfer.Logs},
		{Table: transfer.Evaluations},
		{Table: transfer.Outcomes},
	} {
		for _, fileFormat := range []duckdb.FileFormat{duckdb.CSV, duckdb.Parquet} {
			q.Format = string(fileFormat)
			t.Run(fmt.Sprintf("%s from %s to %s as %s", q.Table, q.From, q.Until, q.Format), func(t *testing.T) {
				want, got := exportedFile(t, ours, q), exportedFile(t, theirs, q)
				if fileFormat == duckdb.Parquet {
					sameRows(t, want, got, q.Table)
					return
				}
				wanted, found := records(t, want), records(t, got)
				require.Equal(t, len(wanted), len(found))
				for i := range wanted {
					require.Equal(t, wanted[i], found[i], "line %d", i)
				}
			})
		}
	}
}

// records are the lines of a CSV file. Tags and attributes have no order.
func records(t *testing.T, file string) [][]string {
	t.Helper()
	in, err := os.Open(file)
	require.NoError(t, err)
	defer in.Close()
	lines, err := csv.NewReader(in).ReadAll()
	require.NoError(t, err)
	for _, line := range lines {
		for i, field := range line {
			if strings.HasPrefix(field, "{") {
				parts := strings.Split(strings.Trim(field, "{}"), ", ")
				slices.Sort(parts)
				line[i] = strings.Join(parts, ", ")
			}
		}
	}
	return lines
}

// sameRows compares the types, rows and groups of rows of two Parquet files.
func sameRows(t *testing.T, want, got, table string) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	require.NoError(t, err)
	defer db.Close()
	text := func(statement string, file string) (found []string) {
		rows, err := db.QueryContext(t.Context(), fmt.Sprintf(statement, file))
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			found = append(found, line)
		}
		require.NoError(t, rows.Err())
		return found
	}
	unordered := map[string]string{
		transfer.Calls: "list_sort(map_entries(tags)) AS tags", transfer.Logs: "list_sort(map_entries(attributes)) AS attributes",
		transfer.Evaluations: "name AS name", transfer.Outcomes: "name AS name",
	}[table]
	for _, statement := range []string{
		"SELECT s::VARCHAR FROM (SELECT * EXCLUDE file_name FROM parquet_schema('%s')) AS s",
		"SELECT r::VARCHAR FROM (SELECT * REPLACE (" + unordered + ") FROM read_parquet('%s', file_row_number = true)) AS r ORDER BY r.file_row_number",
		"SELECT DISTINCT row_group_id || ': ' || row_group_num_rows FROM parquet_metadata('%s') ORDER BY ALL",
	} {
		wanted, found := text(statement, want), text(statement, got)
		assert.Equal(t, len(wanted), len(found))
		for i := range min(len(wanted), len(found)) {
			require.Equal(t, wanted[i], found[i], "%d", i)
		}
	}
}

// unreadable is a store that has calls, and does not return those after the first window.
type unreadable struct {
	ledger.Store
	until time.Time
	err   error
}

func (u unreadable) Calls(ctx context.Context, from, until time.Time) ([]ledger.Call, error) {
	if until.After(u.until) {
		return nil, u.err
	}
	return u.Store.Calls(ctx, from, until)
}

func (u unreadable) Hours(ctx context.Context, part ledger.Part, from, until time.Time) ([]ledger.HourRows, error) {
	hours, err := u.Store.Hours(ctx, part, from, until)
	for i := range hours {
		hours[i].Rows += 100_000 // so that each is a window
	}
	return hours, err
}

func TestExport_SaysWhyRowsWereNotRead(t *testing.T) {
	store := openDuckDB(t)
	require.NoError(t, store.Write(t.Context(), rows(200)))
	broken := unreadable{store, begin.Add(90 * time.Minute), errors.New("the server is gone")}
	file := filepath.Join(t.TempDir(), "calls.parquet")
	_, err := transfer.Export(t.Context(), broken, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.Parquet)}, file, nil)
	require.ErrorIs(t, err, broken.err)
	assert.ErrorContains(t, err, "calls and agent spans from 2026-11-02T00:00:00Z on: the server is gone")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = transfer.Export(ctx, unreadable{Store: store, until: begin.AddDate(1, 0, 0)}, ledger.ExportQuery{Table: transfer.Calls, Format: string(duckdb.Parquet)}, file, nil)
	require.ErrorIs(t, err, context.Canceled)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".export-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}
