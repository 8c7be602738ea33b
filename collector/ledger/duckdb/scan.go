package duckdb

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/big"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// fields are the variables that the columns of an answer are read into, in their order.
type fields []any

var _ columns.Fields = (*fields)(nil)

func (f *fields) Text(_ string, to *string)            { *f = append(*f, to) }
func (f *fields) Count(_ string, to *int64)            { *f = append(*f, to) }
func (f *fields) Sum(_ string, to *int64)              { *f = append(*f, to) }
func (f *fields) Duration(_ string, to *time.Duration) { *f = append(*f, (*int64)(to)) }
func (f *fields) Instant(_ string, to *time.Time)      { *f = append(*f, nanosField{to}) }
func (f *fields) Amount(_ string, to *udecimal.Decimal) {
	*f = append(*f, decimalField{to})
}
func (f *fields) TraceID(_ string, to *ledger.TraceID) { *f = append(*f, traceIDField{to}) }
func (f *fields) SpanID(_ string, to *ledger.SpanID)   { *f = append(*f, spanIDField{to}) }

// each asks a query, and calls see for each row of its answer, which the fields have then.
func (s *Store) each(ctx context.Context, query string, data any, args []any, f fields, see func()) error {
	statement, err := render(query, data)
	if err != nil {
		return err
	}
	return scan(ctx, s.sql, statement, args, f, see)
}

func scan(ctx context.Context, from querier, statement string, args []any, f fields, see func()) error {
	rows, err := from.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(f...); err != nil {
			return err
		}
		see()
	}
	return rows.Err()
}

// The types below read what the driver gives for a column into a field.

type traceIDField struct{ to *ledger.TraceID }

func (f traceIDField) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(f.to) {
		return fmt.Errorf("trace id: unexpected %T", v)
	}
	copy(f.to[:], b)
	return nil
}

type spanIDField struct{ to *ledger.SpanID }

func (f spanIDField) Scan(v any) error {
	n, ok := v.(uint64)
	if !ok {
		return fmt.Errorf("span id: unexpected %T", v)
	}
	*f.to = spanIDOf(n)
	return nil
}

// spanIDOf is the id of a number.
func spanIDOf(n uint64) (id ledger.SpanID) {
	binary.BigEndian.PutUint64(id[:], n)
	return id
}

func spanIDValue(id ledger.SpanID) uint64 { return binary.BigEndian.Uint64(id[:]) }

type timeField struct{ to *time.Time }

func (f timeField) Scan(v any) error {
	t, ok := v.(time.Time)
	if !ok {
		return fmt.Errorf("time: unexpected %T", v)
	}
	*f.to = t.UTC()
	return nil
}

// nanosField reads an instant of nanoseconds since 1970.
type nanosField struct{ to *time.Time }

func (f nanosField) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("instant: unexpected %T", v)
	}
	*f.to = time.Unix(0, n).UTC()
	return nil
}

type decimalField struct{ to *udecimal.Decimal }

func (f decimalField) Scan(v any) error {
	d, ok := v.(duckdb.Decimal)
	if !ok {
		return fmt.Errorf("decimal: unexpected %T", v)
	}
	return fromBig(d.Value, f.to)
}

func fromBig(i *big.Int, to *udecimal.Decimal) error {
	u, err := ledger.UnitsOfBig(i)
	if err != nil {
		return err
	}
	*to = u.Decimal()
	return nil
}
