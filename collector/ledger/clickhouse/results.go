package clickhouse

import (
	"context"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// resultTable holds evaluations and outcomes.
const resultTable = "result_rows"

func newResultBlock() *block[ledger.Result] {
	return newBlock(columns.Results(kinds[ledger.Result]()))
}

// WriteResults implements ledger.Store.
func (s *Store) WriteResults(ctx context.Context, rows []ledger.Result) error {
	return writeRows(ctx, s, resultTable, &s.resultBlocks, rows, ledger.ForgottenUsers.Results)
}

// ResultsBetween implements ledger.Store.
func (s *Store) ResultsBetween(ctx context.Context, from, until time.Time) ([]ledger.Result, error) {
	found, err := selectRows[ledger.Result](ctx, s, "logs_between.sql", rowsData{Table: resultTable}, &s.resultBlocks, period(from, until)...)
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
	if q.Kind == ledger.ResultEvaluation {
		// The partitions: an evaluation has one instant.
		if !q.From.IsZero() {
			asked.Results = append(asked.Results, "month >= "+ledger.Bounded(q.From).UTC().Add(-day).Format("200601"))
		}
		if !q.Until.IsZero() {
			asked.Results = append(asked.Results, "month <= "+ledger.Bounded(q.Until).UTC().Add(ledger.ResultReach).Format("200601"))
		}
	}
	var f fields
	g := ledger.ResultGroup{Key: make([]string, len(q.By))}
	columns.Result(&f, &g)
	err = s.each(ctx, "results.sql", asked, d.parameters, &f, func() {
		found := g
		found.Key = slices.Clone(g.Key)
		groups = append(groups, found)
	})
	return groups, err
}
