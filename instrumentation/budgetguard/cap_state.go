package budgetguard

import (
	"time"

	"github.com/quagmt/udecimal"
)

// CapStatePath is the path of the collector's ledger API that accepts a [CapReport] and
// returns a [CapState].
const CapStatePath = "/v1/caps/state"

// MaxCapReport is the most runs and conversations of a report.
const MaxCapReport = 1000

// CapReport has the calls that a guard has allowed so far, of active runs and
// conversations.
type CapReport struct {
	Units []ReportedUnit `json:"units"`
}

// ReportedUnit is the count of one guard for a run or conversation. The counts of a
// source never decrease. The collector keeps the last one, so that a report that arrives
// twice counts once.
type ReportedUnit struct {
	UnitID
	Source string `json:"source"`
	Count
}

// CapState has the usage of the runs and conversations of a report: by all guards, and
// in the ledger.
type CapState struct {
	AsOf  time.Time   `json:"as_of"`
	Units []UnitState `json:"units"`
	// LedgerError is why the ledger could not be read; then amounts may be missing.
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

// Count is the used part of the limits of a cap.
type Count struct {
	Calls       int64            `json:"calls"`
	Spent       udecimal.Decimal `json:"spent_usd"`
	Minute      int64            `json:"minute"` // that MinuteCalls began in, since 1970
	MinuteCalls int64            `json:"minute_calls"`
}

// minuteOf returns the minutes from 1970 to t.
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

// without returns c less a part of it, but not below zero.
func (c Count) without(part Count) Count {
	part = part.in(c.Minute)
	c.Calls = max(0, c.Calls-part.Calls)
	c.MinuteCalls = max(0, c.MinuteCalls-part.MinuteCalls)
	if c.Spent = c.Spent.Sub(part.Spent); c.Spent.IsNeg() {
		c.Spent = udecimal.Zero
	}
	return c
}
