package explain

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Walk is one call from what was sent to what it costs.
type Walk struct {
	Call   *ledger.Call
	Price  *Price
	Others []Other
}

// Other is another span of the same trace whose bill depends on that of the call.
type Other struct {
	Call     *ledger.Call
	Relation settle.Relation
}

// relations in words.
var relations = map[settle.Relation]string{
	settle.SameResponse: "It has the same response id.",
	settle.Contains:     "It is around this span.",
	settle.Contained:    "It is inside this span.",
	settle.Joined:       "A third span connects it with this one.",
}

// Text says how the span belongs to the call, and whether it is billed.
func (o *Other) Text() string {
	return relations[o.Relation] + " " + cmp.Or(NotBilled(o.Call), "It is billed.")
}

// VendorDifference is our amount less the one that the vendor stated; nil where
// one of them is not known.
func (w *Walk) VendorDifference() *udecimal.Decimal {
	cost := &w.Call.Cost
	if cost.Amount == nil || cost.Vendor == nil {
		return nil
	}
	d := cost.Amount.Sub(*cost.Vendor)
	return &d
}

// Span explains a span of a trace; ledger.ErrNotFound when it is no call.
func Span(trace *ledger.Trace, span ledger.SpanID, prices *pricing.Catalogue) (*Walk, error) {
	of := slices.IndexFunc(trace.Calls, func(c ledger.Call) bool { return c.SpanID == span })
	if of < 0 {
		if slices.ContainsFunc(trace.Spans, func(s ledger.AgentSpan) bool { return s.SpanID == span }) {
			return nil, fmt.Errorf("span %s of trace %s is an agent, step or tool, not a call: %w", span, trace.ID, ledger.ErrNotFound)
		}
		return nil, fmt.Errorf("span %s of trace %s: %w", span, trace.ID, ledger.ErrNotFound)
	}
	w := &Walk{Call: &trace.Calls[of], Price: Call(&trace.Calls[of], prices)}
	nodes := make([]settle.Node, 0, len(trace.Calls)+len(trace.Spans))
	for i := range trace.Calls {
		nodes = append(nodes, settle.Call(&trace.Calls[i]))
	}
	for i := range trace.Spans {
		nodes = append(nodes, settle.Between(&trace.Spans[i]))
	}
	for i, relation := range settle.Related(nodes, of) {
		if i < len(trace.Calls) {
			w.Others = append(w.Others, Other{&trace.Calls[i], relation})
		}
	}
	rowsort.Func(w.Others, func(a, b Other) int {
		return cmp.Or(a.Call.Start.Compare(b.Call.Start), bytes.Compare(a.Call.SpanID[:], b.Call.SpanID[:]))
	})
	return w, nil
}

// Find explains the call of a span that started in [from, until), in whatever
// trace it is; ledger.ErrNotFound when there is none.
func Find(ctx context.Context, reader ledger.Reader, span ledger.SpanID, from, until time.Time, prices *pricing.Catalogue) (*Walk, error) {
	trace, err := TraceOf(ctx, reader, span, from, until)
	if err != nil {
		return nil, err
	}
	return Span(trace, span, prices)
}

// TraceOf is the trace of a call that started in [from, until).
func TraceOf(ctx context.Context, reader ledger.Reader, span ledger.SpanID, from, until time.Time) (*ledger.Trace, error) {
	found, err := reader.CallList(ctx, ledger.CallQuery{From: from, Until: until, Span: span, Unbilled: true, Limit: 1})
	if err != nil {
		return nil, fmt.Errorf("span %s: %w", span, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("call with span id %s: %w", span, ledger.ErrNotFound)
	}
	trace, err := reader.Trace(ctx, found[0].TraceID)
	if err != nil {
		return nil, fmt.Errorf("trace %s: %w", found[0].TraceID, err)
	}
	return trace, nil
}
