package duckdb

import (
	"context"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// inPlace are fields that are read out of DuckDB's columns: for answers of many rows, of which
// the driver makes an interface a value. A value that is NULL leaves its field as it is.
type inPlace table[struct{}]

var _ columns.Fields = (*inPlace)(nil)

func (p *inPlace) add(c column[struct{}]) { p.columns = append(p.columns, c) }

func (p *inPlace) number(name string, read func(int64)) {
	p.add(column[struct{}]{name: name, types: []mapping.Type{mapping.TypeBigInt}, read: func(v *vector, row int, _ *struct{}) {
		read(get[int64](v, row))
	}})
}

func (p *inPlace) Text(name string, to *string) {
	p.add(text(name, func(*struct{}) *string { return to }))
}

func (p *inPlace) Count(name string, to *int64) { p.number(name, func(n int64) { *to = n }) }
func (p *inPlace) Sum(name string, to *int64)   { p.number(name, func(n int64) { *to = n }) }

func (p *inPlace) Duration(name string, to *time.Duration) {
	p.number(name, func(n int64) { *to = time.Duration(n) })
}

func (p *inPlace) Instant(name string, to *time.Time) {
	p.number(name, func(n int64) { *to = time.Unix(0, n).UTC() })
}

func (p *inPlace) Amount(name string, to *udecimal.Decimal) {
	p.add(column[struct{}]{name: name, types: []mapping.Type{mapping.TypeDecimal}, read: func(v *vector, row int, _ *struct{}) {
		*to = v.readAmount(row)
	}})
}

func (p *inPlace) TraceID(name string, to *ledger.TraceID) {
	p.add(traceID(name, func(*struct{}) *ledger.TraceID { return to }))
}

func (p *inPlace) SpanID(name string, to *ledger.SpanID) {
	p.add(spanID(name, func(*struct{}) *ledger.SpanID { return to }))
}

// each asks a query, and calls see for each row of its answer, which the fields have then.
func (p *inPlace) each(ctx context.Context, s *Store, query string, data any, args []any, see func()) error {
	statement, err := render(query, data)
	if err != nil {
		return err
	}
	p.name = query
	return eachRow(ctx, s, (*table[struct{}])(p), statement, args, func(*struct{}) error {
		see()
		return nil
	})
}
