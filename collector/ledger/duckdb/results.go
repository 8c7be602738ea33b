package duckdb

import (
	"context"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// results is the table of evaluations and outcomes.
var results = table[ledger.Result]{
	name:    "result_rows",
	staging: "staged_results",
	columns: columns.Results(kinds[ledger.Result]()),
}

func identifyResult(r *ledger.Result) (key, version) {
	return key{trace: ledger.TraceID(r.ID)}, version{received: r.Time.UnixNano()}
}

// WriteResults implements ledger.Store, in one transaction.
func (s *Store) WriteResults(ctx context.Context, rows []ledger.Result) error {
	return writeStaged(ctx, s, &results, rows, identifyResult, ledger.ForgottenUsers.Results, resultSteps)
}

func resultSteps([]ledger.Result) []step {
	return []step{{"drop_known_results.sql", nil}, {"drop_replaced_results.sql", nil}, {"insert_staged_logs.sql", nil}}
}

// ResultsBetween implements ledger.Store.
func (s *Store) ResultsBetween(ctx context.Context, from, until time.Time) ([]ledger.Result, error) {
	found, err := selectRows(ctx, s, &results, "logs_between.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("results", err)
}

// Results implements ledger.Reader.
func (s *Store) Results(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	groups, err := s.resultGroups(ctx, q)
	return groups, s.wrap("results", err)
}

func (s *Store) resultGroups(ctx context.Context, q ledger.ResultQuery) (groups []ledger.ResultGroup, err error) {
	var d dialect
	asked, err := sqlbuild.Results(&d, q)
	if err != nil {
		return nil, err
	}
	var f fields
	g := ledger.ResultGroup{Key: make([]string, len(q.By))}
	columns.Result(&f, &g)
	err = s.each(ctx, "results.sql", asked, d.args, f, func() {
		found := g
		found.Key = slices.Clone(g.Key)
		groups = append(groups, found)
	})
	return groups, err
}
