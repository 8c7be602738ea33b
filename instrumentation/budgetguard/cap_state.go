package budgetguard

import (
	"time"

	"github.com/quagmt/udecimal"
)

// CapStatePath is where the collector's ledger API takes a [CapReport] and answers
// with a [CapState].
const CapStatePath = "/v1/caps/state"

// MaxCapReport is how many runs and conversations a report may have.
const MaxCapReport = 1000

// CapReport is what a guard has let go so far, of runs and conversations that are at work.
type CapReport struct {
	Units []ReportedUnit `json:"units"`
}

// ReportedUnit is what one guard has counted of a run or conversation. Counts of one
// source never fall; the collector keeps the last, so that a report that comes twice
// counts once.
type ReportedUnit struct {
	UnitID
	Source string `json:"source"`
	Count
}

// CapState is what all guards have let go, and what the ledger has, of the runs and
// conversations of a report.
type CapState struct {
	AsOf  time.Time   `json:"as_of"`
	Units []UnitState `json:"units"`
	// LedgerError says why the ledger could not be asked: amounts may be missing.
	LedgerError string `json:"ledger_error,omitempty"`
}

// UnitState is the count of a run or conversation.
type UnitState struct {
	UnitID
	Count
}

// UnitID names a run, by the hexadecimal id of its trace, or a conversation.
type UnitID struct {
	Per Unit   `json:"per"`
	ID  string `json:"id"`
}

// Count is what was used of limits.
type Count struct {
	Calls       int64            `json:"calls"`
	Spent       udecimal.Decimal `json:"spent_usd"`
	Minute      int64            `json:"minute"` // that MinuteCalls began in, since 1970
	MinuteCalls int64            `json:"minute_calls"`
}

// minuteOf is the minute of a time, since 1970.
func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

// in is the count with the calls of a minute.
func (c Count) in(minute int64) Count {
	if c.Minute != minute {
		c.Minute, c.MinuteCalls = minute, 0
	}
	return c
}

// Add sums counts of one minute; those of an earlier minute have no calls in it.
func (c Count) Add(other Count) Count {
	minute := max(c.Minute, other.Minute)
	c, other = c.in(minute), other.in(minute)
	c.Calls += other.Calls
	c.Spent = c.Spent.Add(other.Spent)
	c.MinuteCalls += other.MinuteCalls
	return c
}

// without is what is left of c without a part of it, at least nothing.
func (c Count) without(part Count) Count {
	part = part.in(c.Minute)
	c.Calls = max(0, c.Calls-part.Calls)
	c.MinuteCalls = max(0, c.MinuteCalls-part.MinuteCalls)
	if c.Spent = c.Spent.Sub(part.Spent); c.Spent.IsNeg() {
		c.Spent = udecimal.Zero
	}
	return c
}
