package duckdb

import "github.com/spanledger/spanledger/collector/internal/rowsort"

// largest keeps the first of rows in the order of a comparison.
type largest[T any] struct {
	limit   int // above zero
	compare func(a, b *T) int
	rows    []T // once there are limit, the first of them are in order
	sorted  bool
}

func (l *largest[T]) full() bool { return l.sorted }

// least is the last of those that are kept; there may be better ones.
func (l *largest[T]) least() *T { return &l.rows[l.limit-1] }

func (l *largest[T]) add(row T) {
	if l.sorted && l.compare(&row, l.least()) >= 0 {
		return
	}
	if l.rows = append(l.rows, row); len(l.rows) == l.limit || len(l.rows) >= 2*l.limit {
		l.cut()
	}
}

func (l *largest[T]) cut() {
	rowsort.Large(l.rows, l.compare)
	if len(l.rows) >= l.limit {
		l.rows, l.sorted = l.rows[:l.limit], true
	}
}

// all are the rows in order.
func (l *largest[T]) all() []T {
	l.cut()
	return l.rows
}
