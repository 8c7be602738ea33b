package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// agentsData fills agents_of.sql.
type agentsData struct {
	From, Until string
	Spans       []string
}

// nameAgents gives calls their agents, which are not read of all calls.
func (s *Store) nameAgents(ctx context.Context, calls []ledger.MissedCall) error {
	if len(calls) == 0 {
		return nil
	}
	type callID struct { // calls of other days may have the same trace and span
		trace ledger.TraceID
		span  ledger.SpanID
		start time.Time
	}
	first, last := calls[0].Start, calls[0].Start
	agents := map[callID]string{}
	var spans []string
	for i := range calls {
		c := &calls[i]
		if c.Start.Before(first) {
			first = c.Start
		}
		if c.Start.After(last) {
			last = c.Start
		}
		spans = append(spans, spanLiteral(c.SpanID))
	}
	var p inPlace
	var id callID
	var agent string
	p.TraceID("trace_id", &id.trace)
	p.SpanID("span_id", &id.span)
	p.Instant("begun", &id.start)
	p.Text("agent", &agent)
	data := agentsData{instantOf(first.UnixNano()), instantOf(last.UnixNano()), spans}
	err := p.each(ctx, s, "agents_of.sql", data, nil, func() { agents[id] = agent })
	for i := range calls {
		calls[i].Agent = agents[callID{calls[i].TraceID, calls[i].SpanID, calls[i].Start}]
	}
	return err
}
