package duckdb

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// column ties a column of a table to a field of T.
type column[T any] struct {
	name  string
	types []mapping.Type // that write knows
	write func(v *vector, row int, of *T) error
	read  func(v *vector, row int, of *T) // of a row that has a value
}

// Types of columns that are read only.
var (
	ofNumber  = []mapping.Type{mapping.TypeBigInt}
	ofHash    = []mapping.Type{mapping.TypeUBigInt}
	ofText    = []mapping.Type{mapping.TypeVarchar}
	ofFlag    = []mapping.Type{mapping.TypeBoolean}
	ofAmount  = []mapping.Type{mapping.TypeDecimal}
	ofTraceID = []mapping.Type{mapping.TypeUUID}
)

// table is a table of T rows, and the name its rows are staged under where they
// are staged whole.
type table[T any] struct {
	name    string
	staging string
	version []string // columns that order the rows of one key
	columns []column[T]
}

func (t *table[T]) columnList() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

func text[T any](name string, of func(*T) *string) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeVarchar},
		func(v *vector, row int, t *T) error { return v.text(row, *of(t)) },
		func(v *vector, row int, t *T) { *of(t) = v.readText(row) }}
}

// hash is a number of 64 bits that is read only.
func hash[T any](name string, of func(*T) *uint64) column[T] {
	return column[T]{name: name, types: ofHash, read: func(v *vector, row int, t *T) { *of(t) = get[uint64](v, row) }}
}

// passing is a text that is read only, and holds until the next row.
func passing[T any](name string, of func(*T) *string) column[T] {
	c := text(name, of)
	c.read = func(v *vector, row int, t *T) { *of(t) = v.passingText(row) }
	return c
}

func count[T any](name string, of func(*T) *int64) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeBigInt},
		func(v *vector, row int, t *T) error {
			put(v, row, *of(t))
			return nil
		},
		func(v *vector, row int, t *T) { *of(t) = get[int64](v, row) }}
}

func small[T any](name string, of func(*T) *int) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeInteger, mapping.TypeSmallInt},
		func(v *vector, row int, t *T) error {
			n := *of(t)
			if v.kind == mapping.TypeSmallInt {
				put(v, row, int16(n))
			} else {
				put(v, row, int32(n))
			}
			return nil
		},
		func(v *vector, row int, t *T) {
			if v.kind == mapping.TypeSmallInt {
				*of(t) = int(get[int16](v, row))
			} else {
				*of(t) = int(get[int32](v, row))
			}
		}}
}

func flag[T any](name string, of func(*T) *bool) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeBoolean},
		func(v *vector, row int, t *T) error {
			put(v, row, *of(t))
			return nil
		},
		func(v *vector, row int, t *T) { *of(t) = get[bool](v, row) }}
}

func span[T any](name string, of func(*T) *time.Duration) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeBigInt},
		func(v *vector, row int, t *T) error {
			put(v, row, int64(*of(t)))
			return nil
		},
		func(v *vector, row int, t *T) { *of(t) = time.Duration(get[int64](v, row)) }}
}

func instant[T any](name string, of func(*T) *time.Time) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeTimestampNS, mapping.TypeTimestamp},
		func(v *vector, row int, t *T) error {
			at := *of(t)
			if v.kind == mapping.TypeTimestampNS {
				put(v, row, at.UnixNano())
			} else {
				put(v, row, at.UnixMicro())
			}
			return nil
		},
		func(v *vector, row int, t *T) {
			if v.kind == mapping.TypeTimestampNS {
				*of(t) = time.Unix(0, get[int64](v, row)).UTC()
			} else {
				*of(t) = time.UnixMicro(get[int64](v, row)).UTC()
			}
		}}
}

func traceID[T any](name string, of func(*T) *ledger.TraceID) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeUUID},
		func(v *vector, row int, t *T) error {
			id := of(t)
			// DuckDB flips the sign, so that ids order as numbers do.
			put(v, row, wide{low: binary.BigEndian.Uint64(id[8:]), high: int64(binary.BigEndian.Uint64(id[:8]) ^ 1<<63)})
			return nil
		},
		func(v *vector, row int, t *T) { *of(t) = get[wide](v, row).traceID() }}
}

func spanID[T any](name string, of func(*T) *ledger.SpanID) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeUBigInt},
		func(v *vector, row int, t *T) error {
			put(v, row, spanIDValue(*of(t)))
			return nil
		},
		func(v *vector, row int, t *T) { *of(t) = spanIDOf(get[uint64](v, row)) }}
}

func spanIDs[T any](name string, of func(*T) *[]ledger.SpanID) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeList},
		func(v *vector, row int, t *T) error {
			ids := *of(t)
			values, at := v.list(row, len(ids))
			for i, id := range ids {
				put(values, at+i, spanIDValue(id))
			}
			return nil
		},
		func(v *vector, row int, t *T) {
			values := &v.children[0]
			for i := range v.entries(row) {
				*of(t) = append(*of(t), spanIDOf(get[uint64](values, i)))
			}
		}}
}

func texts[T any](name string, of func(*T) *[]string) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeList},
		func(v *vector, row int, t *T) error {
			all := *of(t)
			values, at := v.list(row, len(all))
			for i, s := range all {
				if err := values.text(at+i, s); err != nil {
					return err
				}
			}
			return nil
		},
		func(v *vector, row int, t *T) {
			values := &v.children[0]
			for i := range v.entries(row) {
				*of(t) = append(*of(t), values.readText(i))
			}
		}}
}

func tags[T any](name string, of func(*T) *map[string]string) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeMap},
		func(v *vector, row int, t *T) error {
			all := *of(t)
			entries, at := v.list(row, len(all))
			for key, value := range all {
				if err := entries.children[0].text(at, key); err != nil {
					return err
				}
				if err := entries.children[1].text(at, value); err != nil {
					return err
				}
				at++
			}
			return nil
		},
		func(v *vector, row int, t *T) {
			entries := &v.children[0]
			for i := range v.entries(row) {
				if *of(t) == nil {
					*of(t) = make(map[string]string)
				}
				(*of(t))[entries.children[0].readText(i)] = entries.children[1].readText(i)
			}
		}}
}

func amount[T any](name string, of func(*T) **udecimal.Decimal) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeDecimal},
		func(v *vector, row int, t *T) error {
			d := *of(t)
			if d == nil {
				v.null(row)
				return nil
			}
			return v.amount(row, *d)
		},
		func(v *vector, row int, t *T) {
			d := v.readAmount(row)
			*of(t) = &d
		}}
}

func bill[T any](name string, of func(*T) *ledger.Bill) column[T] {
	return column[T]{name, []mapping.Type{mapping.TypeVarchar},
		func(v *vector, row int, t *T) error { return v.bill(row, of(t)) },
		func(v *vector, row int, t *T) { *of(t) = ledger.ReadBill(v.readText(row)) }}
}
