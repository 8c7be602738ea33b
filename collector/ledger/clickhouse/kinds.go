package clickhouse

import "github.com/spanledger/spanledger/collector/ledger/internal/columns"

// kinds is how ClickHouse keeps each kind of column.
func kinds[T any]() columns.Kinds[T, column[T]] {
	return columns.Kinds[T, column[T]]{
		TraceID:  traceID[T],
		SpanID:   spanID[T],
		SpanIDs:  spanIDs[T],
		Instant:  instant[T],
		Duration: span[T],
		Text:     text[T],
		Word:     word[T],
		Texts:    texts[T],
		Tags:     tags[T],
		Flag:     flag[T],
		Small:    small[T],
		Number:   integer[T],
		Count:    count[T],
		Amount:   amount[T],
		Bill:     bill[T],
	}
}
