package duckdb

import (
	"database/sql/driver"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// column ties a column of a table to a field of T.
type column[T any] struct {
	name  string
	value func(*T) driver.Value // what the appender is given
	field func(*T) any          // what Scan is given
}

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

func (t *table[T]) fields(row *T, into []any) []any {
	into = into[:0]
	for _, c := range t.columns {
		into = append(into, c.field(row))
	}
	return into
}

func text[T any](name string, of func(*T) *string) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return *of(row) },
		func(row *T) any { return of(row) }}
}

func count[T any](name string, of func(*T) *int64) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return *of(row) },
		func(row *T) any { return of(row) }}
}

func small[T any](name string, of func(*T) *int) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return int32(*of(row)) },
		func(row *T) any { return of(row) }}
}

func flag[T any](name string, of func(*T) *bool) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return *of(row) },
		func(row *T) any { return of(row) }}
}

func span[T any](name string, of func(*T) *time.Duration) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return int64(*of(row)) },
		func(row *T) any { return (*int64)(of(row)) }}
}

func instant[T any](name string, of func(*T) *time.Time) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return *of(row) },
		func(row *T) any { return timeField{of(row)} }}
}

func traceID[T any](name string, of func(*T) *ledger.TraceID) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return duckdb.UUID(*of(row)) },
		func(row *T) any { return traceIDField{of(row)} }}
}

func spanID[T any](name string, of func(*T) *ledger.SpanID) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return spanIDValue(*of(row)) },
		func(row *T) any { return spanIDField{of(row)} }}
}

func spanIDs[T any](name string, of func(*T) *[]ledger.SpanID) column[T] {
	return column[T]{name,
		func(row *T) driver.Value {
			ids := make([]uint64, len(*of(row)))
			for i, id := range *of(row) {
				ids[i] = spanIDValue(id)
			}
			return ids
		},
		func(row *T) any { return spanIDsField{of(row)} }}
}

func texts[T any](name string, of func(*T) *[]string) column[T] {
	return column[T]{name,
		func(row *T) driver.Value { return append([]string{}, *of(row)...) },
		func(row *T) any { return stringsField{of(row)} }}
}

func tags[T any](name string, of func(*T) *map[string]string) column[T] {
	return column[T]{name,
		func(row *T) driver.Value {
			var m duckdb.OrderedMap
			for k, v := range *of(row) {
				m.Set(k, v)
			}
			return m
		},
		func(row *T) any { return tagsField{of(row)} }}
}

// amount writes only what Check has let through.
func amount[T any](name string, of func(*T) **udecimal.Decimal) column[T] {
	return column[T]{name,
		func(row *T) driver.Value {
			d := *of(row)
			if d == nil {
				return nil
			}
			units, err := ledger.UnitsOf(*d)
			if err != nil {
				return err.Error() // the appender refuses a string here
			}
			return duckdb.Decimal{Width: 38, Scale: ledger.Scale, Value: units.Big()}
		},
		func(row *T) any { return nullDecimalField{of(row)} }}
}
