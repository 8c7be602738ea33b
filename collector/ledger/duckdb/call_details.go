package duckdb

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// detailsData fills call_details.sql.
type detailsData struct {
	From, Until string
	Spans       []string
}

// callID names a call: those of other days may have the same trace and span.
type callID struct {
	trace ledger.TraceID
	span  ledger.SpanID
	start time.Time
}

// callDetails are texts that are read of the few calls that are listed.
type callDetails struct{ agent, failure string }

func (s *Store) detailsOf(ctx context.Context, calls []callID) (map[callID]callDetails, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	first, last := calls[0].start, calls[0].start
	details := map[callID]callDetails{}
	var spans []string
	for i := range calls {
		c := &calls[i]
		if c.start.Before(first) {
			first = c.start
		}
		if c.start.After(last) {
			last = c.start
		}
		spans = append(spans, spanLiteral(c.span))
	}
	var p inPlace
	var id callID
	var of callDetails
	p.TraceID("trace_id", &id.trace)
	p.SpanID("span_id", &id.span)
	p.Instant("begun", &id.start)
	p.Text("agent", &of.agent)
	p.Text("error_type", &of.failure)
	data := detailsData{instantOf(first.UnixNano()), instantOf(last.UnixNano()), spans}
	err := p.each(ctx, s, "call_details.sql", data, nil, func() { details[id] = of })
	return details, err
}

// nameAgents gives missed calls their agents.
func (s *Store) nameAgents(ctx context.Context, calls []ledger.MissedCall) error {
	ids := make([]callID, len(calls))
	for i := range calls {
		ids[i] = callID{calls[i].TraceID, calls[i].SpanID, calls[i].Start}
	}
	details, err := s.detailsOf(ctx, ids)
	for i, id := range ids {
		calls[i].Agent = details[id].agent
	}
	return err
}

// describe gives wasted calls their agents and errors.
func (s *Store) describe(ctx context.Context, calls []ledger.WastedCall) error {
	ids := make([]callID, len(calls))
	for i := range calls {
		ids[i] = callID{calls[i].TraceID, calls[i].SpanID, calls[i].Start}
	}
	details, err := s.detailsOf(ctx, ids)
	for i, id := range ids {
		calls[i].Agent, calls[i].Error = details[id].agent, details[id].failure
	}
	return err
}
