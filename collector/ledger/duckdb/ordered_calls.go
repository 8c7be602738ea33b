package duckdb

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"math"
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
	conditions []string                          // of all calls
	args       []any                             // of the conditions
	fill       func(columns []vector, calls []T) // with the rows of a chunk
	start      func(*T) callStart
	rows       int // about as many are put in order at a time
	// first, unless it is nil, asks something else of the same snapshot before the calls.
	first func(context.Context, mapping.Connection) error
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

// startsData fills call_starts.sql.
type startsData struct {
	Conditions []string
	Of         int // one call of so many is taken
}

// startsOfPart is how many starts are looked at about for each part of the period: with their
// random error, few parts have more than a tenth above the number of calls.
const startsOfPart = 1500

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
	if o.first != nil {
		if err := o.first(ctx, conn); err != nil {
			return err
		}
	}
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
	last := callStart{begun: math.MinInt64}
	err = askChunks(ctx, s, conn, o.table, statement, o.args, func(columns []vector, rows int) error {
		before := len(to.calls)
		to.calls = slices.Grow(to.calls, rows)[:before+rows]
		read := to.calls[before:]
		o.fill(columns, read)
		for i := 0; ordered && i < rows; i++ {
			start := o.start(&read[i])
			ordered = last.compare(start) <= 0
			last = start
		}
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

// cuts are the instants at which the period is cut: of some calls the starts are put in order.
func (o *orderedCalls[T]) cuts(ctx context.Context, s *Store, conn mapping.Connection) (cuts []int64, err error) {
	of := max(1, o.rows/startsOfPart)
	statement, err := render("call_starts.sql", startsData{o.conditions, of})
	if err != nil {
		return nil, err
	}
	var starts []int64
	t := &table[int64]{name: "starts", columns: []column[int64]{count("begun", func(n *int64) *int64 { return n })}}
	err = askChunks(ctx, s, conn, t, statement, o.args, func(columns []vector, rows int) error {
		for i := range rows {
			starts = append(starts, valueAt[int64](&columns[0], i))
		}
		return nil
	})
	slices.Sort(starts)
	for i := o.rows / of; i < len(starts); i += o.rows / of {
		if len(cuts) == 0 || starts[i] > cuts[len(cuts)-1] {
			cuts = append(cuts, starts[i])
		}
	}
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
