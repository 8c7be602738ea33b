package duckdb

import (
	"context"
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

func (s *Store) resultGroups(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	var d dialect
	asked, err := sqlbuild.Results(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("results.sql", asked)
	if err != nil {
		return nil, err
	}
	rows, err := s.sql.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var groups []ledger.ResultGroup
	for rows.Next() {
		g := ledger.ResultGroup{Key: make([]string, len(q.By))}
		fields := make([]any, 0, len(q.By)+12)
		for i := range g.Key {
			fields = append(fields, &g.Key[i])
		}
		fields = append(fields, &g.Name, &g.Results, &g.Errors, &g.Unknown, &g.Valued, &g.Judged, &g.Passed,
			decimalField{&g.Value}, decimalField{&g.PassedValue}, &g.Calls, &g.Unpriced, decimalField{&g.Cost})
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, rows.Err()
}
