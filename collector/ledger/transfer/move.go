package transfer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Moved says what a move has copied.
type Moved struct {
	Calls, Spans    int
	PastCosts, Logs int
	Results         int // evaluations and outcomes
	SumDays         int // days of which the sums alone were moved

	// CallsFrom is the day from which on calls are moved; of those before, which
	// one of the stores no longer keeps, the sums are.
	CallsFrom time.Time
	// SumsFrom is the day from which on sums are moved, LogsFrom that of log
	// records: the target keeps none from before.
	SumsFrom, LogsFrom time.Time
	// Differing are the days of which the target had other calls or sums
	// already: their sums are left as they are.
	Differing []time.Time
}

// ErrSameLedger reports a source that is the target.
var ErrSameLedger = errors.New("source and target are the same ledger")

// Move copies a ledger whole: who was forgotten, calls and agent spans, the sums
// of days whose calls are not kept, past costs, evaluations and outcomes, log records. Moving again, after
// an interruption or while a collector writes to either store, neither loses nor
// doubles anything.
func Move(ctx context.Context, source, target ledger.Store, progress Progress) (m Moved, err error) {
	if err := mustDiffer(ctx, source, target); err != nil {
		return m, err
	}
	// Before the rows, so that no one comes back with them.
	if err := moveForgotten(ctx, source, target); err != nil {
		return m, err
	}
	if err := m.bounds(ctx, source, target, time.Now()); err != nil {
		return m, err
	}
	if err := m.moveSums(ctx, source, target, progress); err != nil {
		return m, err
	}
	if m.Calls, m.Spans, err = Copy(ctx, source, target, m.CallsFrom, time.Time{}, progress); err != nil {
		return m, err
	}
	if m.PastCosts, err = copyPastCosts(ctx, source, target, progress); err != nil {
		return m, err
	}
	if m.Results, err = CopyResults(ctx, source, target, m.CallsFrom, time.Time{}, progress); err != nil {
		return m, err
	}
	m.Logs, err = CopyLogs(ctx, source, target, m.LogsFrom, time.Time{}, progress)
	return m, err
}

func mustDiffer(ctx context.Context, source, target ledger.Store) error {
	from, err := source.Identity(ctx)
	if err != nil {
		return err
	}
	to, err := target.Identity(ctx)
	if err != nil {
		return err
	}
	if from == to {
		return fmt.Errorf("%w: %s", ErrSameLedger, from)
	}
	return nil
}

func moveForgotten(ctx context.Context, source, target ledger.Store) error {
	users, err := source.Forgotten(ctx)
	if err != nil || len(users) == 0 {
		return err
	}
	return target.KeepForgotten(ctx, users)
}

// leastDetailDays is the shortest retention there is: younger days have all
// their calls.
const leastDetailDays = 2

// bounds finds the days from which on each part is moved. They are those of
// tomorrow, so that midnight may pass meanwhile.
func (m *Moved) bounds(ctx context.Context, source, target ledger.Store, now time.Time) error {
	from, err := source.Retention(ctx)
	if err != nil {
		return err
	}
	to, err := target.Retention(ctx)
	if err != nil {
		return err
	}
	tomorrow := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	m.SumsFrom = tomorrow.AddDate(0, 0, -to.RollupDays)
	m.LogsFrom = tomorrow.AddDate(0, 0, -to.LogDays)
	m.CallsFrom, err = firstWholeDay(ctx, source, tomorrow.AddDate(0, 0, -min(from.DetailDays, to.DetailDays)), tomorrow.AddDate(0, 0, -1-leastDetailDays))
	return err
}

// firstWholeDay is the first day from a day on of which the source has the calls
// as well as the sums: calls that a shorter retention once ended for are gone.
func firstWholeDay(ctx context.Context, source ledger.Reader, from, last time.Time) (time.Time, error) {
	if !from.Before(last) {
		return from, nil
	}
	calls, err := sumsByDay(ctx, source, ledger.Query{From: from, Until: last})
	if err != nil {
		return from, err
	}
	sums, err := sumsByDay(ctx, source, ledger.Query{From: from, Until: last, TotalsOnly: true})
	if err != nil {
		return from, err
	}
	for day := from; day.Before(last); day = day.AddDate(0, 0, 1) {
		sum, summed := sums[day]
		if !summed {
			continue
		}
		if call := calls[day]; call.Calls >= sum.Calls {
			return from, nil
		}
		from = day.AddDate(0, 0, 1)
	}
	return from, nil
}

func sumsByDay(ctx context.Context, reader ledger.Reader, q ledger.Query) (map[time.Time]ledger.Totals, error) {
	q.By = []ledger.Dimension{ledger.ByDay}
	groups, err := reader.Aggregate(ctx, q)
	if err != nil {
		return nil, err
	}
	days := make(map[time.Time]ledger.Totals, len(groups))
	for i := range groups {
		day, err := time.Parse(time.DateOnly, groups[i].Key[0])
		if err != nil {
			return nil, err
		}
		days[day] = groups[i].Totals
	}
	return days, nil
}

// moveSums goes day by day: what the target has of one it has whole.
func (m *Moved) moveSums(ctx context.Context, source, target ledger.Store, progress Progress) error {
	forgotten, err := target.Forgotten(ctx)
	if err != nil {
		return err
	}
	rows := 0
	return inWindows(ctx, source, ledger.PartSums, singleDays, m.SumsFrom, m.CallsFrom, func(from, until time.Time) (int, error) {
		day := from.Truncate(24 * time.Hour)
		theirs, err := source.Sums(ctx, day, until)
		if err != nil || len(theirs) == 0 {
			return 0, err
		}
		want := ledger.NewSums(forgotten.Sums(theirs))
		found, err := target.Sums(ctx, day, until)
		if err != nil {
			return 0, err
		}
		switch have := ledger.NewSums(found); {
		case have.Equal(want):
		case len(have) > 0:
			m.Differing = append(m.Differing, day)
			return len(theirs), nil
		default:
			if err := target.KeepSums(ctx, day, want); err != nil {
				return 0, err
			}
		}
		m.SumDays++
		rows += len(want)
		progress.at(ledger.PartSums, until, rows)
		return len(theirs), nil
	})
}
