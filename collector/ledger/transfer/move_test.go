package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/ledger/transfer"
)

var directions = []struct {
	name     string
	from, to func(*testing.T) ledger.Store
}{
	{"from DuckDB to ClickHouse", openDuckDB, openClickHouse},
	{"from ClickHouse to DuckDB", openClickHouse, openDuckDB},
}

// kept is the retention of the tests: calls of the last six days.
var kept = ledger.Retention{DetailDays: 6, RollupDays: 400, LogDays: 2}

// fill gives a store a month and more of calls, of which the last six days are
// kept, past costs of calls that are and are not, log records, evaluations and outcomes,
// and a user who was forgotten.
func fill(t *testing.T, s ledger.Store) []ledger.Call {
	t.Helper()
	calls := ledgertest.RandomCalls(150, 77)
	now := time.Now().UTC().Truncate(time.Microsecond)
	var past []ledger.PastCost
	for i := range calls {
		calls[i].Start = now.Add(-time.Duration(i) * 6 * time.Hour) // the first 37 days ago
		calls[i].Received = now
		if i%10 == 0 {
			cost := ledger.Cost{Status: "priced", Amount: new(udecimal.MustParse("0.1")), Currency: "USD", CatalogVersion: "before"}
			past = append(past, ledger.PastCost{TraceID: calls[i].TraceID, SpanID: calls[i].SpanID, Start: calls[i].Start, Cost: cost, Replaced: now})
			calls[i].Revision = 1
		}
	}
	require.NoError(t, s.KeepCosts(t.Context(), past))
	spans := []ledger.AgentSpan{{TraceID: calls[1].TraceID, SpanID: ledger.SpanID{7: 9}, Start: calls[1].Start, Role: "agent", Name: "planner", Received: now}}
	require.NoError(t, s.Write(t.Context(), ledger.Batch{Calls: calls, Spans: spans}))
	require.NoError(t, s.WriteLogs(t.Context(), ledgertest.CallLogs(calls[:4])))
	results := ledgertest.RandomResults(calls, 60, 78)
	for i := range results {
		results[i].Time = now.Add(-time.Duration(i) * 2 * time.Hour)
		results[i].Identify("")
	}
	require.NoError(t, s.WriteResults(t.Context(), results))
	require.NoError(t, s.SetRetention(t.Context(), kept))
	require.NoError(t, s.Expire(t.Context()))
	_, err := s.Forget(t.Context(), "u-1")
	require.NoError(t, err)
	return calls
}

// everything returns what can be asked of a ledger, in an order of its own.
func everything(t *testing.T, s ledger.Store) map[string]any {
	t.Helper()
	from, until := time.Now().AddDate(-1, 0, 0), time.Now().AddDate(0, 0, 1)
	// Of the days that go next, the sums alone are moved.
	detail := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 2-kept.DetailDays)
	all := make(map[string]any)
	sums, err := s.Sums(t.Context(), from, until)
	require.NoError(t, err)
	all["sums"] = text(ledger.NewSums(sums))
	for name, q := range map[string]ledger.Query{
		"by month": {By: []ledger.Dimension{ledger.ByMonth}, TotalsOnly: true},
		"by day":   {By: []ledger.Dimension{ledger.ByDay, ledger.ByUser}, TotalsOnly: true},
		"by hour":  {By: []ledger.Dimension{ledger.ByHour, ledger.ByModel}, TotalsOnly: true},
		"by step":  {By: []ledger.Dimension{ledger.ByStep, ledger.ByDay}, From: detail},
	} {
		all[name], err = s.Aggregate(t.Context(), q)
		require.NoError(t, err)
	}
	costs, err := s.PastCostsBetween(t.Context(), from, until)
	require.NoError(t, err)
	all["past costs"] = text(costs)
	spans, err := s.Spans(t.Context(), from, until)
	require.NoError(t, err)
	all["spans"] = text(spans)
	calls, err := s.Calls(t.Context(), detail, until)
	require.NoError(t, err)
	all["calls"] = text(calls)
	logs, err := s.LogsBetween(t.Context(), from, until)
	require.NoError(t, err)
	all["logs"] = text(logs)
	results, err := s.ResultsBetween(t.Context(), detail, until)
	require.NoError(t, err)
	all["results"] = text(results)
	return all
}

// text is rows as lines in the order of the alphabet: pointers in them differ.
func text[T any](rows []T) []string {
	lines := make([]string, len(rows))
	for i := range rows {
		lines[i] = line(rows[i])
	}
	slices.Sort(lines)
	return lines
}

func line(row any) string {
	switch r := row.(type) {
	case ledger.Call:
		amount := r.Cost.Amount
		r.Cost.Amount, r.Cost.Vendor = nil, nil
		return fmt.Sprintf("%+v %s", r, amount)
	case ledger.Result:
		value := r.Value
		r.Value = nil
		return fmt.Sprintf("%+v %s", r, value)
	case ledger.PastCost:
		amount := r.Cost.Amount
		r.Cost.Amount = nil
		return fmt.Sprintf("%+v %s", r, amount)
	}
	return fmt.Sprintf("%+v", row)
}

func TestMove_ALedgerMovesWholeAndTwiceIsOnce(t *testing.T) {
	for _, test := range directions {
		t.Run(test.name, func(t *testing.T) {
			source, target := test.from(t), test.to(t)
			calls := fill(t, source)
			require.NoError(t, target.SetRetention(t.Context(), kept))
			want := everything(t, source)
			require.NotEmpty(t, want["calls"])
			require.NotEmpty(t, want["past costs"])
			require.NotEmpty(t, want["logs"])
			require.NotEmpty(t, want["results"])
			for range 2 {
				moved, err := transfer.Move(t.Context(), source, target, nil)
				require.NoError(t, err)
				require.Empty(t, moved.Differing)
				require.Equal(t, 15, moved.PastCosts)
				require.Greater(t, moved.SumDays, 25)
				require.Equal(t, want, everything(t, target))
				months, err := transfer.CompareMonths(t.Context(), source, target, moved.SumsFrom)
				require.NoError(t, err)
				require.GreaterOrEqual(t, len(months), 2)
				for _, m := range months {
					require.True(t, m.Equal(), "%+v", m)
				}
			}
			// What a collector delivers again counts no more, and what the store
			// does by itself changes nothing.
			require.NoError(t, target.Write(t.Context(), ledger.Batch{Calls: calls[len(calls)-100:]}))
			require.NoError(t, target.Refresh(t.Context()))
			require.NoError(t, target.Expire(t.Context()))
			require.Equal(t, want["by month"], everything(t, target)["by month"])
			require.Equal(t, want["sums"], everything(t, target)["sums"])
		})
	}
}

var errInterrupted = errors.New("interrupted")

// interrupted is a store that fails after some writes.
type interrupted struct {
	ledger.Store
	left int
}

func (s *interrupted) next() error {
	if s.left--; s.left < 0 {
		return errInterrupted
	}
	return nil
}

func (s *interrupted) Write(ctx context.Context, batches ...ledger.Batch) error {
	return errors.Join(s.next(), s.Store.Write(ctx, batches...)) // written, and not said so
}

func (s *interrupted) KeepSums(ctx context.Context, day time.Time, sums []ledger.Sum) error {
	return errors.Join(s.next(), s.Store.KeepSums(ctx, day, sums))
}

func (s *interrupted) KeepCosts(ctx context.Context, costs []ledger.PastCost) error {
	if err := s.next(); err != nil {
		return err
	}
	return s.Store.KeepCosts(ctx, costs)
}

func (s *interrupted) WriteResults(ctx context.Context, results []ledger.Result) error {
	if err := s.next(); err != nil {
		return err
	}
	return s.Store.WriteResults(ctx, results)
}

func (s *interrupted) WriteLogs(ctx context.Context, logs []ledger.Log) error {
	if err := s.next(); err != nil {
		return err
	}
	return s.Store.WriteLogs(ctx, logs)
}

func TestMove_ThatIsInterruptedAnywhereGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("moves two ledgers six times")
	}
	for _, test := range directions {
		t.Run(test.name, func(t *testing.T) {
			source, target := test.from(t), test.to(t)
			fill(t, source)
			require.NoError(t, target.SetRetention(t.Context(), kept))
			// In the sums, the calls, the past costs and the log records: each try gets
			// a little further, and how many writes a move takes depends on the hours
			// of today.
			var err error
			interruptions := 0
			for allowed := 2; ; allowed += 3 {
				if _, err = transfer.Move(t.Context(), source, &interrupted{target, allowed}, nil); err == nil {
					break
				}
				require.ErrorIs(t, err, errInterrupted)
				interruptions++
			}
			require.Greater(t, interruptions, 3)
			_, err = transfer.Move(t.Context(), source, target, nil)
			require.NoError(t, err)
			require.Equal(t, everything(t, source), everything(t, target))
		})
	}
}

func TestMove_AShorterRetentionOfTheTargetMovesTheSums(t *testing.T) {
	for _, test := range directions {
		t.Run(test.name, func(t *testing.T) {
			source, target := test.from(t), test.to(t)
			fill(t, source)
			shorter := ledger.Retention{DetailDays: 3, RollupDays: 20, LogDays: 1}
			require.NoError(t, target.SetRetention(t.Context(), shorter))
			moved, err := transfer.Move(t.Context(), source, target, nil)
			require.NoError(t, err)
			today := time.Now().UTC().Truncate(24 * time.Hour)
			require.Equal(t, today.AddDate(0, 0, -2), moved.CallsFrom)
			require.Equal(t, today.AddDate(0, 0, -19), moved.SumsFrom)
			months, err := transfer.CompareMonths(t.Context(), source, target, moved.SumsFrom)
			require.NoError(t, err)
			for _, m := range months {
				require.True(t, m.Equal(), "%+v", m)
			}
			require.Equal(t, sumsOf(t, source, moved.SumsFrom), sumsOf(t, target, moved.SumsFrom))
		})
	}
}

func sumsOf(t *testing.T, s ledger.Store, from time.Time) []ledger.Group {
	t.Helper()
	groups, err := s.Aggregate(t.Context(), ledger.Query{By: []ledger.Dimension{ledger.ByDay}, From: from, TotalsOnly: true})
	require.NoError(t, err)
	return groups
}

func TestMove_OtherSumsOfADayAreLeftAndNamed(t *testing.T) {
	source, target := openDuckDB(t), openDuckDB(t)
	fill(t, source)
	day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -20)
	own := []ledger.Sum{{Hour: day.Add(time.Hour), User: "u-9", Calls: 5, Cost: udecimal.MustParse("7")}}
	require.NoError(t, target.KeepSums(t.Context(), day, own))
	moved, err := transfer.Move(t.Context(), source, target, nil)
	require.NoError(t, err)
	require.Equal(t, []time.Time{day}, moved.Differing)
	sums, err := target.Sums(t.Context(), day, day.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.True(t, ledger.NewSums(own).Equal(ledger.NewSums(sums)), "%+v", sums)
}

func TestMove_RefusesToCopyALedgerOntoItself(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.duckdb")
	server, database := clickhousetest.Shared(t)
	address := server.DSN(database)
	for name, addresses := range map[string][2]string{
		"duckdb":     {"duckdb://" + file, "duckdb://" + filepath.Dir(file) + "/./ledger.duckdb?threads=1"},
		"clickhouse": {address, strings.Replace(address, "127.0.0.1", "localhost", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			var stores []ledger.Store
			for _, address := range addresses {
				s, err := ledgerstore.Open(t.Context(), address)
				require.NoError(t, err)
				stores = append(stores, migrated(t, s))
			}
			_, err := transfer.Move(t.Context(), stores[0], stores[1], nil)
			require.ErrorIs(t, err, transfer.ErrSameLedger)
		})
	}
}
