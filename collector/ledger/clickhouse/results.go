package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/proto"

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
	statement, err := render("results.sql", asked)
	if err != nil {
		return nil, err
	}
	keys := make([]proto.ColStr, len(q.By))
	var title proto.ColStr
	var counts [8]proto.ColUInt64
	var value, passed, amount proto.ColDecimal128
	answer := make(proto.Results, 0, len(keys)+12)
	for i := range keys {
		answer = append(answer, proto.ResultColumn{Name: fmt.Sprintf("k%d", i), Data: &keys[i]})
	}
	answer = append(answer, proto.ResultColumn{Name: "title", Data: &title})
	for i, name := range []string{"results", "errors", "unknown", "valued", "judged", "passed", "calls", "unpriced"} {
		answer = append(answer, proto.ResultColumn{Name: name, Data: &counts[i]})
	}
	for _, c := range []struct {
		name string
		data *proto.ColDecimal128
	}{{"total_value", &value}, {"passed_value", &passed}, {"amount", &amount}} {
		answer = append(answer, proto.ResultColumn{Name: c.name, Data: proto.Alias(c.data, "Decimal(38, 18)")})
	}
	err = s.eachRow(ctx, statement, d.parameters, answer, func(i int) {
		g := ledger.ResultGroup{Key: make([]string, len(keys)), Name: title.Row(i)}
		for k := range keys {
			g.Key[k] = keys[k].Row(i)
		}
		for n, field := range []*int64{&g.Results, &g.Errors, &g.Unknown, &g.Valued, &g.Judged, &g.Passed, &g.Calls, &g.Unpriced} {
			*field = int64(counts[n][i])
		}
		g.Value, g.PassedValue, g.Cost = fromDecimal128(value[i]), fromDecimal128(passed[i]), fromDecimal128(amount[i])
		groups = append(groups, g)
	})
	return groups, err
}
