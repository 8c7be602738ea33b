package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

var _ ledger.Source = (*Store)(nil)

// Extent implements ledger.Source.
func (s *Store) Extent(ctx context.Context) (first, last time.Time, err error) {
	statement, err := render("extent.sql", nil)
	if err != nil {
		return first, last, err
	}
	var rows proto.ColUInt64
	var least, greatest proto.ColInt64
	if err := s.do(ctx, ch.Query{
		Body:   statement,
		Result: proto.Results{{Name: "number", Data: &rows}, {Name: "first", Data: &least}, {Name: "last", Data: &greatest}},
	}); err != nil {
		return first, last, s.wrap("extent", err)
	}
	if len(rows) == 0 || rows[0] == 0 {
		return first, last, nil
	}
	return time.Unix(0, least[0]).UTC(), time.Unix(0, greatest[0]).UTC(), nil
}

// Spans implements ledger.Source.
func (s *Store) Spans(ctx context.Context, from, until time.Time) ([]ledger.AgentSpan, error) {
	found, err := selectRows[ledger.AgentSpan](ctx, s, "calls.sql", rowsData{Table: spanTable}, &s.spanBlocks, period(from, until)...)
	return found, s.wrap("spans", err)
}
