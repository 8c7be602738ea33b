package costledgerexporter

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"

	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter/internal/wire"
	"github.com/spanledger/spanledger/collector/ledger"
)

// request holds what is in the queue: the rows of one export or, once the
// queue has made batches, pieces of several.
type request struct {
	parts  []wire.Item
	failed int // attempts to write it that a row may have failed
	slow   int // attempts that took too long
}

var _ xexporterhelper.Request = (*request)(nil)

// ItemsCount counts rows and dead letters.
func (r *request) ItemsCount() int {
	n := 0
	for i := range r.parts {
		p := &r.parts[i]
		n += rowsOf(p)
	}
	return n
}

// BytesSize is about what the request takes on disk.
func (r *request) BytesSize() int {
	n := 0
	for i := range r.parts {
		n += wire.Size(&r.parts[i])
	}
	return n
}

// MergeSplit copies no row: the requests it returns are pieces of the old ones.
func (r *request) MergeSplit(_ context.Context, limit int, sizer exporterhelper.RequestSizerType, other xexporterhelper.Request) ([]xexporterhelper.Request, error) {
	parts := r.parts
	if other != nil {
		o, ok := other.(*request)
		if !ok {
			return nil, fmt.Errorf("cannot merge a %T with the rows of the ledger", other)
		}
		parts = append(parts, o.parts...)
	}
	if limit == 0 || sizer == exporterhelper.RequestSizerTypeRequests {
		return []xexporterhelper.Request{&request{parts: parts}}, nil
	}
	s := splitter{limit: limit, bytes: sizer == exporterhelper.RequestSizerTypeBytes}
	s.begin()
	for i := range parts {
		checked, memory := parts[i].Checked, parts[i].Memory
		split(&s, parts[i].Calls, wire.CallSize, func(rows []ledger.Call) wire.Item { return wire.Item{Calls: rows, Checked: checked, Memory: memory} })
		split(&s, parts[i].Spans, wire.SpanSize, func(rows []ledger.AgentSpan) wire.Item { return wire.Item{Spans: rows, Checked: checked} })
		split(&s, parts[i].Results, wire.ResultSize, func(rows []ledger.Result) wire.Item { return wire.Item{Results: rows} })
		split(&s, parts[i].Letters, func(l *string) int { return len(*l) }, func(l []string) wire.Item { return wire.Item{Letters: l} })
	}
	return s.requests, nil
}

// splitter fills one request after the other.
type splitter struct {
	limit    int
	bytes    bool // the limit counts bytes, not rows
	requests []xexporterhelper.Request
	last     *request
	room     int // left in last
}

func (s *splitter) begin() {
	s.last, s.room = new(request), s.limit
	s.requests = append(s.requests, s.last)
}

// split adds rows. One that is larger than the limit is a request of its own:
// it is not given up.
func split[T any](s *splitter, rows []T, size func(*T) int, part func([]T) wire.Item) {
	for len(rows) > 0 {
		n := min(s.room, len(rows))
		if s.bytes {
			n = 0
			for n < len(rows) && size(&rows[n]) <= s.room {
				s.room -= size(&rows[n])
				n++
			}
		} else {
			s.room -= n
		}
		if n == 0 && len(s.last.parts) > 0 {
			s.begin()
			continue
		}
		n = max(n, 1)
		s.last.parts = append(s.last.parts, part(rows[:n:n]))
		rows = rows[n:]
	}
}

// free lets the memory of the calls be used again: exporterhelper does not look at a request
// after it was sent.
func (r *request) free() {
	for i := range r.parts {
		p := &r.parts[i]
		p.Memory.Stored(len(p.Calls))
	}
}

// whole joins the pieces, for the queue on disk.
func (r *request) whole() wire.Item {
	if len(r.parts) == 1 {
		return r.parts[0]
	}
	var calls, spans int
	for i := range r.parts {
		calls += len(r.parts[i].Calls)
		spans += len(r.parts[i].Spans)
	}
	item := wire.Item{Calls: make([]ledger.Call, 0, calls), Spans: make([]ledger.AgentSpan, 0, spans), Checked: true}
	for i := range r.parts {
		p := &r.parts[i]
		item.Checked = item.Checked && (p.Checked || len(p.Calls)+len(p.Spans) == 0)
		item.Calls = append(item.Calls, p.Calls...)
		item.Spans = append(item.Spans, p.Spans...)
		item.Results = append(item.Results, p.Results...)
		item.Letters = append(item.Letters, p.Letters...)
	}
	return item
}
