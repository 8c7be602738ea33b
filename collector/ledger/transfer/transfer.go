// Package transfer moves a ledger from one store to another, and takes it out
// as files.
package transfer

import (
	"context"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Progress is told how far a part has come, and the rows copied of it.
type Progress func(part ledger.Part, at time.Time, rows int)

// Bounds of what is in memory at a time. Log records are longer than calls.
const (
	windowRows  = 50_000
	windowLogs  = 20_000
	windowCosts = 50_000
)

// division divides a period into windows, which follow each other.
type division func(hours []ledger.HourRows, from, until time.Time) []ledger.Window

// byHour has windows that meet at whole hours and have about so many rows.
func byHour(rows int) division {
	return func(hours []ledger.HourRows, from, until time.Time) []ledger.Window {
		return ledger.Windows(hours, from, until, time.Hour, rows)
	}
}

// byDay is byHour, with windows that meet at days of UTC where they can.
func byDay(rows int) division {
	return func(hours []ledger.HourRows, from, until time.Time) []ledger.Window {
		return ledger.DayWindows(hours, from, until, rows)
	}
}

// singleDays has windows of one day that has rows.
func singleDays(hours []ledger.HourRows, from, until time.Time) []ledger.Window {
	return ledger.Windows(hours, from, until, 24*time.Hour, 1)
}

// windowsOf divides what a part has in [from, until); zero bounds are those of the part.
func windowsOf(ctx context.Context, source ledger.Store, part ledger.Part, divide division, from, until time.Time) ([]ledger.Window, error) {
	first, last, err := source.Extent(ctx, part, from)
	if err != nil || first.IsZero() {
		return nil, err
	}
	if until.IsZero() || until.After(last) {
		until = last.Add(1)
	}
	hours, err := source.Hours(ctx, part, first, until)
	return divide(hours, first, until), err
}

// inWindows calls copy for one window after the other.
func inWindows(ctx context.Context, source ledger.Store, part ledger.Part, divide division, from, until time.Time, copy func(from, until time.Time) (rows int, err error)) error {
	windows, err := windowsOf(ctx, source, part, divide, from, until)
	if err != nil {
		return err
	}
	for _, w := range windows {
		if _, err := copy(w.From, w.Until); err != nil {
			return inWindow(part, w, err)
		}
	}
	return nil
}

func inWindow(part ledger.Part, w ledger.Window, err error) error {
	return fmt.Errorf("%s from %s on: %w", part, w.From.UTC().Format(time.RFC3339), err)
}

// Copy writes every row of source that starts in [from, until) to target; zero
// bounds are those of the source. Rows keep their version: copying again, or
// while a collector writes to either store, neither loses nor doubles any.
func Copy(ctx context.Context, source, target ledger.Store, from, until time.Time, progress Progress) (calls, spans int, err error) {
	err = inWindows(ctx, source, ledger.PartRows, byDay(windowRows), from, until, func(from, until time.Time) (int, error) {
		var batch ledger.Batch
		var err error
		if batch.Calls, err = source.Calls(ctx, from, until); err != nil {
			return 0, err
		}
		if batch.Spans, err = source.Spans(ctx, from, until); err != nil {
			return 0, err
		}
		rows := len(batch.Calls) + len(batch.Spans)
		if rows == 0 {
			return 0, nil
		}
		if err := target.Write(ctx, batch); err != nil {
			return 0, err
		}
		calls, spans = calls+len(batch.Calls), spans+len(batch.Spans)
		progress.at(ledger.PartRows, until, calls+spans)
		return rows, nil
	})
	return calls, spans, err
}

func (p Progress) at(part ledger.Part, at time.Time, rows int) {
	if p != nil {
		p(part, at, rows)
	}
}

// CopyLogs writes the log records of source in [from, until) to target, as Copy
// does its rows.
func CopyLogs(ctx context.Context, source, target ledger.Store, from, until time.Time, progress Progress) (records int, err error) {
	err = inWindows(ctx, source, ledger.PartLogs, byHour(windowLogs), from, until, func(from, until time.Time) (int, error) {
		found, err := source.LogsBetween(ctx, from, until)
		if err != nil || len(found) == 0 {
			return 0, err
		}
		if err := target.WriteLogs(ctx, found); err != nil {
			return 0, err
		}
		records += len(found)
		progress.at(ledger.PartLogs, until, records)
		return len(found), nil
	})
	return records, err
}

// CopyResults writes the evaluations and outcomes of source in [from, until) to target,
// as Copy does its rows.
func CopyResults(ctx context.Context, source, target ledger.Store, from, until time.Time, progress Progress) (results int, err error) {
	err = inWindows(ctx, source, ledger.PartResults, byHour(windowLogs), from, until, func(from, until time.Time) (int, error) {
		found, err := source.ResultsBetween(ctx, from, until)
		if err != nil || len(found) == 0 {
			return 0, err
		}
		if err := target.WriteResults(ctx, found); err != nil {
			return 0, err
		}
		results += len(found)
		progress.at(ledger.PartResults, until, results)
		return len(found), nil
	})
	return results, err
}

// copyPastCosts writes what calls cost before they were repriced.
func copyPastCosts(ctx context.Context, source, target ledger.Store, progress Progress) (figures int, err error) {
	err = inWindows(ctx, source, ledger.PartPastCosts, byDay(windowCosts), time.Time{}, time.Time{}, func(from, until time.Time) (int, error) {
		found, err := source.PastCostsBetween(ctx, from, until)
		if err != nil || len(found) == 0 {
			return 0, err
		}
		if err := target.KeepCosts(ctx, found); err != nil {
			return 0, err
		}
		figures += len(found)
		progress.at(ledger.PartPastCosts, until, figures)
		return len(found), nil
	})
	return figures, err
}
