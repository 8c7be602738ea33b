package clickhouse

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// Contested implements ledger.Store. The traces of the batch are found by the
// table's key; response ids are looked up only where a claim may be in another
// trace.
func (s *Store) Contested(ctx context.Context, q ledger.ConflictQuery) ([]ledger.TraceID, error) {
	if any, err := s.anyContested(ctx, q); err != nil || !any {
		return nil, s.wrap("contested", err)
	}
	seen := make(map[ledger.TraceID]bool)
	ask := func(query string, data contestedData, parameters ...proto.Parameter) error {
		var f fields
		var id ledger.TraceID
		f.TraceID("trace_id", &id)
		return s.each(ctx, query, data, append(parameters, period(q.From, q.Until)...), &f, func() { seen[id] = true })
	}
	// The unit separator occurs in no response id.
	const separator = "\x1f"
	if q.All {
		if err := ask("contested.sql", contestedData{All: true}); err != nil {
			return nil, s.wrap("contested", err)
		}
	} else if len(q.Traces) > 0 {
		if err := ask("contested.sql", contestedData{}, parameter("traces", sqlbuild.IDs(q.Traces))); err != nil {
			return nil, s.wrap("contested", err)
		}
	}
	if len(q.Reported) > 0 {
		if err := ask("contested_elsewhere.sql", contestedData{}, parameter("responses", strings.Join(q.Reported, separator))); err != nil {
			return nil, s.wrap("contested", err)
		}
	}
	if len(q.Carried) > 0 {
		if err := ask("contested_elsewhere.sql", contestedData{AnyClaim: true}, parameter("responses", strings.Join(q.Carried, separator))); err != nil {
			return nil, s.wrap("contested", err)
		}
	}
	traces := make([]ledger.TraceID, 0, len(seen))
	for id := range seen {
		traces = append(traces, id)
	}
	return traces, nil
}

// anyContested saves a ledger that only spans of the transport are written to the
// search for others.
func (s *Store) anyContested(ctx context.Context, q ledger.ConflictQuery) (bool, error) {
	statement, err := render("any_contested.sql", nil)
	if err != nil {
		return false, err
	}
	var number proto.ColUInt64
	err = s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: period(q.From, q.Until),
		Result:     proto.Results{{Name: "number", Data: &number}},
	})
	return len(number) > 0 && number[0] > 0, err
}

// contestedData chooses among the traces of a period.
type contestedData struct {
	All      bool // whatever their ids
	AnyClaim bool // whatever claims the response id
}

// Rows implements ledger.Store. It reads the columns that settling looks at, of
// every version of a row: the newest is chosen here, which costs less than
// FINAL on parts that have not been merged yet. Where two versions are equal and
// the rows are not, the server says which of them reports show.
func (s *Store) Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) iter.Seq2[settle.Node, error] {
	return func(yield func(settle.Node, error) bool) {
		nodes, err := s.readNodes(ctx, traces, from, until)
		if err != nil {
			yield(settle.Node{}, s.wrap("rows of traces", err))
			return
		}
		for i := range nodes {
			if !yield(nodes[i], nil) {
				return
			}
		}
	}
}

func (s *Store) readNodes(ctx context.Context, traces []ledger.TraceID, from, until time.Time) ([]settle.Node, error) {
	if len(traces) == 0 {
		return nil, nil
	}
	wanted := ofTraces(traces, from, until)
	claims := make(map[string]string) // one text of each claim
	calls, err := latestNodes(ctx, s, callTable, &claimBlocks, wanted, func(c *ledger.Call) version {
		n := settle.Call(c)
		if _, known := claims[n.Claim]; !known {
			claims[n.Claim] = n.Claim
		}
		n.Claim = claims[n.Claim]
		return version{n, int64(packCallVersion(c))}
	})
	if err != nil {
		return nil, err
	}
	spans, err := latestNodes(ctx, s, spanTable, &linkBlocks, wanted, func(a *ledger.AgentSpan) version {
		return version{settle.Between(a), a.Received.UnixMicro()}
	})
	return append(calls, spans...), err
}

// latestNodes reads the row to use of each key.
func latestNodes[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, wanted []proto.Parameter, read func(*T) version) ([]settle.Node, error) {
	ask := func(final bool) (found []version, err error) {
		err = selectBlocks(ctx, s, "traces_rows.sql", rowsData{Table: table, Final: final}, blocks, wanted, func(rows []T) {
			for i := range rows {
				found = append(found, read(&rows[i]))
			}
		})
		return found, err
	}
	found, err := ask(false)
	if err != nil {
		return nil, err
	}
	nodes, tied := newest(found)
	if !tied {
		return nodes, nil
	}
	if found, err = ask(true); err != nil {
		return nil, err
	}
	nodes, _ = newest(found)
	return nodes, nil
}

// Whole implements ledger.Store. The pieces are in the order of the table's key: the
// calls of a piece are next to each other.
func (s *Store) Whole(ctx context.Context, calls []settle.Node) iter.Seq2[[]ledger.Call, error] {
	calls = slices.Clone(calls)
	rowsort.Large(calls, func(a, b *settle.Node) int {
		return cmp.Or(cmp.Compare(dayOf(a.Start), dayOf(b.Start)), bytes.Compare(a.Trace[:], b.Trace[:]), bytes.Compare(a.Span[:], b.Span[:]))
	})
	return ledger.Pieces(calls, func(piece []settle.Node) ([]ledger.Call, error) {
		found, err := s.whole(ctx, piece)
		return found, s.wrap("calls of traces", err)
	})
}

func (s *Store) whole(ctx context.Context, calls []settle.Node) ([]ledger.Call, error) {
	wanted := make(map[rowKey]bool, len(calls))
	seen := make(map[ledger.TraceID]bool)
	var traces []ledger.TraceID
	spans := make([]ledger.SpanID, len(calls))
	for i := range calls {
		n := &calls[i]
		wanted[rowKey{dayOf(n.Start), n.Trace, n.Span}] = true
		spans[i] = n.Span
		if !seen[n.Trace] {
			seen[n.Trace] = true
			traces = append(traces, n.Trace)
		}
	}
	first, last := ledger.Extent(calls, func(n *ledger.Node) time.Time { return n.Start })
	parameters := append(ofTraces(traces, first, last.Add(1)), parameter("spans", sqlbuild.IDs(spans)))
	found, err := selectRows[ledger.Call](ctx, s, "traces_rows.sql", rowsData{Table: callTable, Final: true, Spans: true}, &s.callBlocks, parameters...)
	if err != nil {
		return nil, err
	}
	whole := found[:0]
	for i := range found {
		if c := &found[i]; wanted[rowKey{dayOf(c.Start), c.TraceID, c.SpanID}] {
			whole = append(whole, found[i])
		}
	}
	return whole, nil
}

// ofTraces binds what traces_rows.sql asks for.
func ofTraces(traces []ledger.TraceID, from, until time.Time) []proto.Parameter {
	return append(period(from, until), parameter("traces", sqlbuild.IDs(traces)))
}

func period(from, until time.Time) []proto.Parameter {
	return []proto.Parameter{
		parameter("from", strconv.FormatInt(from.UnixNano(), 10)),
		parameter("until", strconv.FormatInt(until.UnixNano(), 10)),
	}
}
