package duckdb

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"slices"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// orderedRows is how many calls about are put in order at a time.
const orderedRows = 100_000

// passMemory limits a pass over ordered calls to so many hashes of each kind, and twice the rows.
type passMemory struct{ hashes, rows int }

// orderedCalls reads calls in the order of their starts.
type orderedCalls[T any] struct {
	table      *table[T]
	statement  func(conditions []string) (string, error)
	conditions []string // of all calls
	args       []any    // of the conditions
	start      func(*T) callStart
	rows       int // about as many are put in order at a time
}

// callStart orders calls.
type callStart struct {
	begun int64 // nanoseconds since 1970
	span  uint64
}

func (s callStart) compare(other callStart) int {
	return cmp.Or(cmp.Compare(s.begun, other.begun), cmp.Compare(s.span, other.span))
}

// callPart is calls of a part of the period, and their order unless they are in it.
type callPart[T any] struct {
	calls []T
	order []callPlace
}

type callPlace struct {
	start callStart
	at    int
}

// periodsData fills call_periods.sql.
type periodsData struct {
	Conditions []string
	Rows       int
}

// each hands over one call after the other. While those of one part of the period are looked at,
// the next are read. All are of one snapshot.
func (o *orderedCalls[T]) each(ctx context.Context, s *Store, see func(*T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	empty, full := make(chan *callPart[T], 2), make(chan *callPart[T])
	empty <- &callPart[T]{}
	empty <- &callPart[T]{}
	var read, seen error
	go func() {
		defer close(full)
		read = onConnection(ctx, s, func(conn mapping.Connection) error { return o.read(ctx, s, conn, empty, full) })
	}()
	for part := range full {
		if seen == nil {
			if seen = part.each(see); seen != nil {
				cancel()
			}
		}
		empty <- part
	}
	if seen != nil {
		return seen
	}
	return read
}

func (p *callPart[T]) each(see func(*T) error) error {
	for i := range p.calls {
		at := i
		if len(p.order) > 0 {
			at = p.order[i].at
		}
		if err := see(&p.calls[at]); err != nil {
			return err
		}
	}
	return nil
}

func (o *orderedCalls[T]) read(ctx context.Context, s *Store, conn mapping.Connection, empty <-chan *callPart[T], full chan<- *callPart[T]) (err error) {
	if err := runOn(ctx, s, conn, "BEGIN TRANSACTION"); err != nil {
		return err
	}
	defer func() {
		if runOn(context.WithoutCancel(ctx), s, conn, "ROLLBACK") != nil {
			err = errors.Join(err, driver.ErrBadConn)
		}
	}()
	cuts, err := o.cuts(ctx, s, conn)
	if err != nil {
		return err
	}
	for i := range len(cuts) + 1 {
		conditions := slices.Clip(o.conditions)
		if i > 0 {
			conditions = append(conditions, "start_time >= "+instantOf(cuts[i-1]))
		}
		if i < len(cuts) {
			conditions = append(conditions, "start_time < "+instantOf(cuts[i]))
		}
		part := <-empty
		if len(cuts) > 0 && part.calls == nil {
			part.calls = make([]T, 0, o.rows+o.rows/8)
		}
		if err := o.readPart(ctx, s, conn, conditions, part); err != nil {
			return err
		}
		select {
		case full <- part:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (o *orderedCalls[T]) readPart(ctx context.Context, s *Store, conn mapping.Connection, conditions []string, to *callPart[T]) error {
	statement, err := o.statement(conditions)
	if err != nil {
		return err
	}
	to.calls, to.order = to.calls[:0], to.order[:0]
	ordered := true
	var last callStart
	err = askRows(ctx, s, conn, o.table, statement, o.args, func(c *T) error {
		start := o.start(c)
		ordered = ordered && (len(to.calls) == 0 || last.compare(start) <= 0)
		last = start
		to.calls = append(to.calls, *c)
		return nil
	})
	if err != nil || ordered {
		return err
	}
	for i := range to.calls {
		to.order = append(to.order, callPlace{o.start(&to.calls[i]), i})
	}
	slices.SortFunc(to.order, func(a, b callPlace) int { return a.start.compare(b.start) })
	return nil
}

// cuts are the instants at which the period is cut.
func (o *orderedCalls[T]) cuts(ctx context.Context, s *Store, conn mapping.Connection) (cuts []int64, err error) {
	const minute = 60_000_000_000
	statement, err := render("call_periods.sql", periodsData{o.conditions, o.rows})
	if err != nil {
		return nil, err
	}
	t := &table[int64]{name: "periods", columns: []column[int64]{count("cut", func(n *int64) *int64 { return n })}}
	err = askRows(ctx, s, conn, t, statement, o.args, func(n *int64) error {
		cuts = append(cuts, *n*minute)
		return nil
	})
	return cuts, err
}

// runOn runs a statement that has no rows.
func runOn(ctx context.Context, s *Store, conn mapping.Connection, statement string) error {
	a, err := s.sql.ask(ctx, conn, statement, nil)
	if err == nil {
		a.close()
	}
	return err
}
