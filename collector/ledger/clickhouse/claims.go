package clickhouse

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

var _ settle.Store = (*Store)(nil)

// Contested implements settle.Store. The traces of the batch are found by the
// table's key; response ids are looked up only where a claim may be in another
// trace.
func (s *Store) Contested(ctx context.Context, q settle.Question) ([]ledger.TraceID, error) {
	seen := make(map[ledger.TraceID]bool)
	ask := func(query string, data elsewhereData, parameters ...proto.Parameter) error {
		statement, err := render(query, data)
		if err != nil {
			return err
		}
		ids := proto.ColFixedStr{Size: len(ledger.TraceID{})}
		return s.do(ctx, ch.Query{
			Body:       statement,
			Parameters: append(parameters, period(q.From, q.Until)...),
			Result:     proto.Results{{Name: "trace_id", Data: &ids}},
			OnResult: func(context.Context, proto.Block) error {
				for i := range ids.Rows() {
					seen[ledger.TraceID(ids.Row(i))] = true
				}
				return nil
			},
		})
	}
	// The unit separator occurs in no response id.
	const separator = "\x1f"
	if len(q.Traces) > 0 {
		if err := ask("contested.sql", elsewhereData{}, parameter("traces", joinIDs(q.Traces))); err != nil {
			return nil, s.wrap("contested", err)
		}
	}
	if len(q.Reported) > 0 {
		if err := ask("contested_elsewhere.sql", elsewhereData{}, parameter("responses", strings.Join(q.Reported, separator))); err != nil {
			return nil, s.wrap("contested", err)
		}
	}
	if len(q.Carried) > 0 {
		if err := ask("contested_elsewhere.sql", elsewhereData{AnyClaim: true}, parameter("responses", strings.Join(q.Carried, separator))); err != nil {
			return nil, s.wrap("contested", err)
		}
	}
	traces := make([]ledger.TraceID, 0, len(seen))
	for id := range seen {
		traces = append(traces, id)
	}
	return traces, nil
}

type elsewhereData struct{ AnyClaim bool }

// Rows implements settle.Store.
func (s *Store) Rows(ctx context.Context, traces []ledger.TraceID, from, until time.Time) (batch ledger.Batch, err error) {
	if len(traces) == 0 {
		return batch, nil
	}
	if batch.Calls, err = ofTraces[ledger.Call](ctx, s, callTable, &s.callBlocks, traces, from, until); err != nil {
		return batch, s.wrap("rows of traces", err)
	}
	batch.Spans, err = ofTraces[ledger.AgentSpan](ctx, s, spanTable, &s.spanBlocks, traces, from, until)
	return batch, s.wrap("rows of traces", err)
}

func ofTraces[T any](ctx context.Context, s *Store, table string, blocks *sync.Pool, traces []ledger.TraceID, from, until time.Time) ([]T, error) {
	b := blocks.Get().(*block[T])
	defer blocks.Put(b)
	b.reset()
	statement, err := render("traces_rows.sql", traceData{Table: table, Columns: b.columnList()})
	if err != nil {
		return nil, err
	}
	var found []T
	err = s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: append(period(from, until), parameter("traces", joinIDs(traces))),
		Result:     b.results(),
		OnResult: func(context.Context, proto.Block) error {
			found = append(found, b.rows()...)
			return nil
		},
	})
	return found, err
}

func period(from, until time.Time) []proto.Parameter {
	return []proto.Parameter{
		parameter("from", strconv.FormatInt(from.UnixNano(), 10)),
		parameter("until", strconv.FormatInt(until.UnixNano(), 10)),
	}
}

func joinIDs(traces []ledger.TraceID) string {
	var b strings.Builder
	b.Grow(33 * len(traces))
	for i, id := range traces {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(id.String())
	}
	return b.String()
}
