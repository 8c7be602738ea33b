package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Traces implements ledger.Reader.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	var d dialect
	asked, err := sqlbuild.Traces(&d, q)
	if err != nil {
		return nil, err
	}
	if q.MinCost != nil {
		asked.MinCost = d.Amount(q.MinCost.String())
	}
	statement, err := render("traces.sql", asked)
	if err != nil {
		return nil, err
	}
	d.parameters = append(d.parameters, period(asked.From, asked.Until)...)
	d.parameters = append(d.parameters, parameter("agent", asked.Agent), parameter("user", asked.User))
	summaries, err := s.summaries(ctx, statement, d.parameters)
	return summaries, s.wrap("traces", err)
}

func (s *Store) summaries(ctx context.Context, statement string, parameters []proto.Parameter) ([]ledger.TraceSummary, error) {
	id := proto.ColFixedStr{Size: len(ledger.TraceID{})}
	var root, agent, user proto.ColStr
	var start, total proto.ColInt64
	var spans proto.ColUInt64
	var totals totalsColumns
	results := append(proto.Results{
		{Name: "id", Data: &id},
		{Name: "root", Data: &root},
		{Name: "first_agent", Data: &agent},
		{Name: "first_user", Data: &user},
		{Name: "start", Data: &start},
		{Name: "total", Data: &total},
		{Name: "spans", Data: &spans},
	}, totals.results()...)
	var found []ledger.TraceSummary
	err := s.eachRow(ctx, statement, parameters, results, func(i int) {
		found = append(found, ledger.TraceSummary{
			ID:       ledger.TraceID(id.Row(i)),
			Root:     root.Row(i),
			Agent:    agent.Row(i),
			User:     user.Row(i),
			Start:    time.Unix(0, start[i]).UTC(),
			Duration: time.Duration(total[i]),
			Totals:   totals.row(i),
			Spans:    int64(spans[i]),
		})
	})
	return found, err
}
