package clickhouse

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// What separates the fields of a composed text, and ends each element of a list
// within one. The expressions of the schema take the text apart by them.
const (
	fieldSeparator = '\x1f'
	elementEnd     = '\x1e'
)

var separator = []byte{fieldSeparator}

// packedColumn is a column of the table that holds several fields of few values,
// in this order, as one text.
type packedColumn struct {
	column string
	fields []string // names of columns, which the table has as expressions
}

// composable is a column that may be a field of a packedColumn. Both functions are given
// the number of the row in the block, readField one row after the other.
type composable[T any] interface {
	column[T]
	appendField(buf []byte, n int, row *T) []byte
	readField(n int, text string, row *T)
}

// compose makes the columns of a packedColumn expressions, and returns the column that is
// written and read in their place: the server plans a statement with an expression for
// each field for longer than it takes to find a trace.
func compose[T any](columns []column[T], c packedColumn) *composedColumn[T] {
	composed := &composedColumn[T]{word: word[T](c.column, nil).(*wordColumn[T])}
	for _, name := range c.fields {
		at := slices.IndexFunc(columns, func(c column[T]) bool { return c.name() == name })
		field := columns[at].(composable[T])
		composed.fields = append(composed.fields, field)
		columns[at] = expression[T]{field}
	}
	return composed
}

// composedColumn is written and read with every block.
type composedColumn[T any] struct {
	word   *wordColumn[T]
	fields []composable[T]
	buf    []byte
}

func (c *composedColumn[T]) name() string       { return c.word.name() }
func (c *composedColumn[T]) data() proto.Column { return c.word.data() }
func (c *composedColumn[T]) reset()             { c.word.reset() }

func (c *composedColumn[T]) read(i int, row *T) {
	text := c.word.row(i)
	for _, field := range c.fields { // those that an earlier version did not write are empty
		var value string
		value, text, _ = strings.Cut(text, string(fieldSeparator))
		field.readField(i, value, row)
	}
}

func (c *composedColumn[T]) append(rows []T) {
	for i := range rows {
		c.compose(&rows[i], false)
		if c.word.putKnown(c.buf) {
			continue
		}
		// A separator within a field would make others of the fields behind it.
		if bytes.Count(c.buf, separator) != len(c.fields)-1 {
			c.compose(&rows[i], true)
		}
		c.word.put(string(c.buf))
	}
}

// compose leaves the text of a row in buf; clean puts a blank where a field
// holds a separator.
func (c *composedColumn[T]) compose(row *T, clean bool) {
	c.buf = c.buf[:0]
	n := len(c.word.wire.Keys16) // Rows would copy the column
	for i, field := range c.fields {
		if i > 0 {
			c.buf = append(c.buf, fieldSeparator)
		}
		from := len(c.buf)
		c.buf = field.appendField(c.buf, n, row)
		for clean {
			at := bytes.IndexByte(c.buf[from:], fieldSeparator)
			if at < 0 {
				break
			}
			c.buf[from+at] = ' '
		}
	}
}

// expression is a column that the table calculates of a composed one.
type expression[T any] struct{ column[T] }

func (expression[T]) append([]T)   {}
func (expression[T]) unused() bool { return true }

func (c *wordColumn[T]) appendField(buf []byte, _ int, row *T) []byte {
	return append(buf, *c.field(row)...)
}

func (c *wordColumn[T]) readField(_ int, text string, row *T) { *c.field(row) = text }

func (c *textsColumn[T]) appendField(buf []byte, _ int, row *T) []byte {
	for _, element := range *c.field(row) {
		buf = append(append(buf, element...), elementEnd)
	}
	return buf
}

func (c *textsColumn[T]) readField(_ int, text string, row *T) {
	for text != "" {
		var element string
		element, text, _ = strings.Cut(text, string(elementEnd))
		*c.field(row) = append(*c.field(row), element)
	}
}

func (c *numberColumn[T, F, V, C, P]) appendField(buf []byte, _ int, row *T) []byte {
	return strconv.AppendInt(buf, int64(*c.field(row)), 10)
}

func (c *numberColumn[T, F, V, C, P]) readField(_ int, text string, row *T) {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		number = 0 // as the expression of the column
	}
	*c.field(row) = F(number)
}
