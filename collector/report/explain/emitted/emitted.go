package emitted

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// maxInput bounds a file, in bytes.
const maxInput = 64 << 20

// Answer is spans before and after the pipeline.
type Answer struct{ Spans []Span }

// Span is one span. Sent and Made are its attributes and those of its resource.
type Span struct {
	TraceID, SpanID, Name string
	Sent, Made            map[string]string
}

// Read reads OTLP in JSON: one export, or one a line, as the Collector's file
// exporter writes it.
func Read(r io.Reader) (ptrace.Traces, error) {
	all := ptrace.NewTraces()
	limited := &io.LimitedReader{R: r, N: maxInput + 1}
	decoder := json.NewDecoder(limited)
	for n := 1; ; n++ {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		switch {
		case limited.N == 0:
			return all, fmt.Errorf("longer than %d bytes: give fewer spans", maxInput)
		case errors.Is(err, io.EOF):
			if all.SpanCount() == 0 {
				return all, errors.New("no spans: expected OTLP JSON with resourceSpans, as the file exporter writes it")
			}
			return all, nil
		case err != nil:
			return all, notOTLP(n, err)
		}
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(bytes.Clone(raw))
		if err != nil {
			return all, notOTLP(n, err)
		}
		td.ResourceSpans().MoveAndAppendTo(all.ResourceSpans())
	}
}

// notOTLP says what was expected of an export, because the reader's errors are about the
// text around the mistake.
func notOTLP(export int, err error) error {
	return fmt.Errorf("export %d: expected OTLP JSON with resourceSpans, as the file exporter writes it: %w", export, err)
}

// Follow sends all of the spans through the pipeline, since some decide the bill
// of others, and shows those with the id; zero = all.
func Follow(ctx context.Context, td ptrace.Traces, span ledger.SpanID, s Settings) (*Answer, error) {
	sent := map[string]map[string]string{}
	a := &Answer{}
	each(td, func(r pcommon.Resource, sp ptrace.Span) {
		if span.IsZero() || ledger.SpanID(sp.SpanID()) == span {
			sent[key(sp)] = attributes(r, sp)
			a.Spans = append(a.Spans, Span{TraceID: sp.TraceID().String(), SpanID: sp.SpanID().String(), Name: sp.Name(), Sent: sent[key(sp)]})
		}
	})
	if len(a.Spans) == 0 {
		return nil, fmt.Errorf("span %s: not among the %s of the file (without an id, all are shown)", span, format.Counted(int64(td.SpanCount()), "span"))
	}
	out, err := pipeline(ctx, s, td)
	if err != nil {
		return nil, err
	}
	made := map[string]map[string]string{}
	each(out, func(r pcommon.Resource, sp ptrace.Span) { made[key(sp)] = attributes(r, sp) })
	for i := range a.Spans {
		a.Spans[i].Made = made[a.Spans[i].TraceID+a.Spans[i].SpanID]
	}
	return a, nil
}

func key(sp ptrace.Span) string { return sp.TraceID().String() + sp.SpanID().String() }

func each(td ptrace.Traces, visit func(pcommon.Resource, ptrace.Span)) {
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, sp := range ss.Spans().All() {
				visit(rs.Resource(), sp)
			}
		}
	}
}

// attributes are those of the span, and those of its resource that it does not
// have.
func attributes(r pcommon.Resource, sp ptrace.Span) map[string]string {
	texts := map[string]string{}
	for _, m := range []pcommon.Map{r.Attributes(), sp.Attributes()} {
		for k, v := range m.All() {
			texts[k] = v.AsString()
		}
	}
	return texts
}

// maxValue of an attribute is shown, in characters: prompts are longer.
const maxValue = 120

// Document is a table a span, its attributes in order of name.
func (a *Answer) Document() *format.Document {
	doc := &format.Document{Name: "explain", Title: "Spans before and after the collector"}
	for i := range a.Spans {
		s := &a.Spans[i]
		table := format.Table{Name: s.SpanID, Title: fmt.Sprintf("%s (span %s of trace %s)", format.OneLine(s.Name), s.SpanID, s.TraceID), Columns: []format.Column{
			{Key: "attribute", Header: "Attribute"},
			{Key: "sent", Header: "Sent", Wrap: 50},
			{Key: "made", Header: "Normalized", Wrap: 50},
			{Key: "change", Header: "Change"},
		}}
		names := map[string]bool{}
		for _, m := range []map[string]string{s.Sent, s.Made} {
			for k := range m {
				names[k] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			was, wasSent := s.Sent[name]
			is, isMade := s.Made[name]
			row := []any{name, nil, nil, ""}
			if wasSent {
				row[1] = short(was)
			}
			if isMade {
				row[2] = short(is)
			}
			switch {
			case !wasSent:
				row[3] = "added"
			case !isMade:
				row[3] = "removed"
			case was != is:
				row[3] = "changed"
			}
			table.Rows = append(table.Rows, row)
		}
		doc.Tables = append(doc.Tables, table)
	}
	return doc
}

func short(text string) string {
	if runes := []rune(text); len(runes) > maxValue {
		return string(runes[:maxValue]) + "..."
	}
	return text
}
