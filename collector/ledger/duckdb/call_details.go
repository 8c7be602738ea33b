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

// details reads those of n calls, and gives each its own: none where the call is gone.
func (s *Store) details(ctx context.Context, n int, call func(i int) callID, give func(i int, of callDetails)) error {
	if n == 0 {
		return nil
	}
	first, last := call(0).start, call(0).start
	found := make(map[callID]callDetails, n)
	spans := make([]string, n)
	for i := range n {
		c := call(i)
		if c.start.Before(first) {
			first = c.start
		}
		if c.start.After(last) {
			last = c.start
		}
		spans[i] = spanLiteral(c.span)
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
	err := p.each(ctx, s, "call_details.sql", data, nil, func() { found[id] = of })
	for i := range n {
		give(i, found[call(i)])
	}
	return err
}

// nameAgents gives missed calls their agents.
func (s *Store) nameAgents(ctx context.Context, calls []ledger.MissedCall) error {
	return s.details(ctx, len(calls),
		func(i int) callID { return callID{calls[i].TraceID, calls[i].SpanID, calls[i].Start} },
		func(i int, of callDetails) { calls[i].Agent = of.agent })
}

// describe gives wasted calls their agents and errors.
func (s *Store) describe(ctx context.Context, calls []ledger.WastedCall) error {
	return s.details(ctx, len(calls),
		func(i int) callID { return callID{calls[i].TraceID, calls[i].SpanID, calls[i].Start} },
		func(i int, of callDetails) { calls[i].Agent, calls[i].Error = of.agent, of.failure })
}
