package ledgertest

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// BenchmarkQuestion is something people ask of a ledger.
type BenchmarkQuestion struct {
	Name      string
	FromCalls bool // reads every call of the period
	Ask       func(ctx context.Context) error
}

// BenchmarkQuestions are asked of the calls that a store's testdata/calls.sql
// makes, within the period of q, and of one of their traces.
func BenchmarkQuestions(store ledger.Reader, q ledger.Query, trace ledger.TraceID) []BenchmarkQuestion {
	groups := func(want, limit int, totalsOnly bool, by ...ledger.Dimension) func(context.Context) error {
		q := q
		q.By, q.Limit, q.TotalsOnly = by, limit, totalsOnly
		return func(ctx context.Context) error {
			found, err := store.Aggregate(ctx, q)
			if err == nil && len(found) != want {
				err = fmt.Errorf("%d groups, expected %d", len(found), want)
			}
			return err
		}
	}
	return []BenchmarkQuestion{
		{Name: "a month by department and application, from the sums", Ask: groups(100, 0, true, ledger.ByDepartment, ledger.ByApplication)},
		{Name: "30 days, top 20 users, from the sums", Ask: groups(20, 20, true, ledger.ByUser)},
		{Name: "one trace by its id", Ask: func(ctx context.Context) error {
			found, err := store.Trace(ctx, trace)
			if err == nil && len(found.Calls) != 5 {
				err = fmt.Errorf("%d calls, expected 5", len(found.Calls))
			}
			return err
		}},
		{Name: "30 days, top 20 users, with percentiles, from the calls", FromCalls: true, Ask: groups(20, 20, false, ledger.ByUser)},
	}
}
