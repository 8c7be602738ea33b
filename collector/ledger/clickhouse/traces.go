package clickhouse

import (
	"context"
	"strconv"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// defaultTraces is how many traces a question without a limit gets.
	defaultTraces = 20
	day           = 24 * time.Hour
)

var traceOrders = map[ledger.TraceOrder]string{
	"":                  "start",
	ledger.NewestFirst:  "start",
	ledger.SlowestFirst: "total",
	ledger.DearestFirst: "amount",
}

type tracesData struct {
	Conditions []string
	Order      string
	Limit      int
	Agent      bool // whether it is asked for
	User       bool
}

// Traces implements ledger.Reader.
func (s *Store) Traces(ctx context.Context, q ledger.TraceQuery) ([]ledger.TraceSummary, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	b := builder{source: detail}
	from, until := bounds(q)
	data := tracesData{
		Conditions: b.period(from.Add(-day), until.Add(day)),
		Order:      traceOrders[q.Order],
		Limit:      q.Limit,
		Agent:      q.Agent != "",
		User:       q.User != "",
	}
	if data.Limit == 0 {
		data.Limit = defaultTraces
	}
	statement, err := render("traces.sql", data)
	if err != nil {
		return nil, err
	}
	b.parameters = append(b.parameters,
		parameter("from", strconv.FormatInt(from.UnixNano(), 10)),
		parameter("until", strconv.FormatInt(until.UnixNano(), 10)),
		parameter("agent", q.Agent),
		parameter("user", q.User),
	)
	summaries, err := s.summaries(ctx, statement, b.parameters)
	return summaries, s.wrap("traces", err)
}

// bounds are the period with its open ends closed.
func bounds(q ledger.TraceQuery) (from, until time.Time) {
	from, until = q.From, q.Until
	if from.IsZero() {
		from = ledger.EarliestStart
	}
	if until.IsZero() {
		until = ledger.LatestStart
	}
	return from, until
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
	err := s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: parameters,
		Result:     results,
		OnResult: func(context.Context, proto.Block) error {
			for i := range spans {
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
			}
			return nil
		},
	})
	return found, err
}
