package clickhouse

import (
	"slices"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// block is the columns of T, as a piece of a table on its way in or out. It is
// reused: its memory is that of the largest batch so far.
type block[T any] struct {
	columns  []column[T]
	composed []*composedColumn[T] // filled last, and read first
}

func newBlock[T any](columns []column[T], packed ...packedColumn) *block[T] {
	b := &block[T]{columns: columns}
	for _, c := range packed {
		b.composed = append(b.composed, compose(columns, c))
	}
	return b
}

func (b *block[T]) reset() {
	for _, c := range b.columns {
		c.reset()
	}
	for _, c := range b.composed {
		c.reset()
	}
}

// columnList names the columns that are read, for a SELECT.
func (b *block[T]) columnList() string { return strings.Join(b.stored(), ", ") }

// input is the rows appended so far, without the columns that hold nothing but
// defaults: the server fills those in at less cost than it reads them.
func (b *block[T]) input() proto.Input {
	input := make(proto.Input, 0, len(b.columns)+len(b.composed))
	for _, c := range b.columns {
		if !c.unused() {
			input = append(input, proto.InputColumn{Name: c.name(), Data: c.data()})
		}
	}
	for _, c := range b.composed {
		input = append(input, proto.InputColumn{Name: c.name(), Data: c.data()})
	}
	return input
}

// inputOf is some columns of the rows appended so far, whatever they hold.
func (b *block[T]) inputOf(names []string) proto.Input {
	var input proto.Input
	add := func(name string, data proto.Column) {
		if slices.Contains(names, name) {
			input = append(input, proto.InputColumn{Name: name, Data: data})
		}
	}
	for _, c := range b.columns {
		add(c.name(), c.data())
	}
	for _, c := range b.composed {
		add(c.name(), c.data())
	}
	return input
}

// stored names the columns that the table keeps: those that are no expressions.
func (b *block[T]) stored() []string {
	var names []string
	for _, c := range b.columns {
		if _, calculated := c.(expression[T]); !calculated {
			names = append(names, c.name())
		}
	}
	for _, c := range b.composed {
		names = append(names, c.name())
	}
	return names
}

// rowsAtOnce is how many rows are appended to all columns before the next: as many as the
// processor's caches hold. A call has 1.1 KB, and each column reads a few bytes of it.
const rowsAtOnce = 32

func (b *block[T]) append(rows []T) {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		for _, c := range b.columns {
			c.append(chunk)
		}
		for _, c := range b.composed {
			c.append(chunk)
		}
	}
}

// results receives the columns of columnList.
func (b *block[T]) results() proto.Results {
	results := make(proto.Results, 0, len(b.columns)+len(b.composed))
	for _, c := range b.columns {
		if _, calculated := c.(expression[T]); !calculated {
			results = append(results, proto.ResultColumn{Name: c.name(), Data: c.data()})
		}
	}
	for _, c := range b.composed {
		results = append(results, proto.ResultColumn{Name: c.name(), Data: c.data()})
	}
	return results
}

// read calls see with the rows of the block that was received last, some at a time: a
// row takes more memory than its columns. The slice is used again.
func (b *block[T]) read(see func([]T)) {
	const most = 1024
	number := b.columns[0].data().Rows()
	rows := make([]T, min(number, most))
	for from := 0; from < number; from += most {
		rows = rows[:min(number-from, most)]
		clear(rows)
		for _, c := range b.composed {
			for i := range rows {
				c.read(from+i, &rows[i])
			}
		}
		for _, c := range b.columns {
			if _, calculated := c.(expression[T]); calculated {
				continue
			}
			for i := range rows {
				c.read(from+i, &rows[i])
			}
		}
		see(rows)
	}
}
