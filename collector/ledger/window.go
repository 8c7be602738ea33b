package ledger

import (
	"context"
	"time"
)

// HourRows counts the rows that start in an hour.
type HourRows struct {
	Hour time.Time
	Rows int
}

// Window is a stretch of time: [From, Until).
type Window struct{ From, Until time.Time }

// smallestWindow is how far an hour with many rows is divided.
const smallestWindow = time.Minute

// Windows divides [from, until) into windows that follow each other and have at most
// so many rows, by the hours that have any: long quiet stretches are one window, and
// a busy hour is several. Windows meet at whole units, of an hour or more; with a
// unit of more than an hour, none is divided.
func Windows(hours []HourRows, from, until time.Time, unit time.Duration, rows int) []Window {
	var windows []Window
	begin, held := from, 0
	closeAt := func(at time.Time) {
		if at.After(begin) && at.Before(until) {
			windows, begin, held = append(windows, Window{begin, at}), at, 0
		}
	}
	for i := 0; i < len(hours); {
		start, n := hours[i].Hour.Truncate(unit), 0
		for ; i < len(hours) && hours[i].Hour.Before(start.Add(unit)); i++ {
			n += hours[i].Rows
		}
		if n > rows || held > 0 && held+n > rows {
			closeAt(start)
		}
		held += n
		if n <= rows || unit > time.Hour {
			continue
		}
		part := max(unit/time.Duration((n+rows-1)/rows), smallestWindow).Truncate(smallestWindow)
		for at := start.Add(part); at.Before(start.Add(unit)); at = at.Add(part) {
			closeAt(at)
		}
		closeAt(start.Add(unit))
	}
	if begin.Before(until) {
		windows = append(windows, Window{begin, until})
	}
	return windows
}

// DayWindows is Windows that are divided at days of UTC where they can: a store whose key
// begins with the day reads a whole one for each part of it, and two for a window across
// midnight.
func DayWindows(hours []HourRows, from, until time.Time, rows int) []Window {
	var windows []Window
	for _, days := range Windows(hours, from, until, 24*time.Hour, rows) {
		for len(hours) > 0 && hours[0].Hour.Before(days.From.Truncate(time.Hour)) {
			hours = hours[1:]
		}
		windows = append(windows, Windows(hours, days.From, days.Until, time.Hour, rows)...)
	}
	return windows
}

// WindowRows are the rows of a window, or why they could not be read.
type WindowRows[T any] struct {
	Window Window
	Rows   []T
	Err    error
}

// ReadAhead reads a window while the one before it is used: two are in memory at most.
// The channel is closed after the last one, after an error, and when ctx ends.
func ReadAhead[T any](ctx context.Context, windows []Window, read func(ctx context.Context, from, until time.Time) ([]T, error)) <-chan WindowRows[T] {
	ahead := make(chan WindowRows[T])
	go func() {
		defer close(ahead)
		for _, w := range windows {
			rows, err := read(ctx, w.From, w.Until)
			select {
			case ahead <- WindowRows[T]{w, rows, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return ahead
}
