package ledger

import (
	"fmt"
)

// Retention is how many days of what a store keeps. What the calls cost stays
// in the rollups when the calls themselves are gone.
type Retention struct {
	DetailDays int `json:"detail_days"` // calls and agent spans
	RollupDays int `json:"rollup_days"` // sums by hour and day
	LogDays    int `json:"log_days"`    // log records
}

// DefaultRetention is the value that a new store on a server starts with.
var DefaultRetention = Retention{DetailDays: 90, RollupDays: 1096, LogDays: 30}

// MaxRetentionDays keeps the day a row expires on within the DateTime of
// ClickHouse, which ends in 2106.
const MaxRetentionDays = 10_000

// Validate reports a retention no store can keep.
func (r Retention) Validate() error {
	switch {
	case r.DetailDays < 2:
		return fmt.Errorf("detail days %d: expected 2 or more, so that each day is in the rollups before its calls are deleted", r.DetailDays)
	case r.RollupDays < r.DetailDays:
		return fmt.Errorf("rollup days %d: expected at least the %d detail days", r.RollupDays, r.DetailDays)
	case r.RollupDays > MaxRetentionDays:
		return fmt.Errorf("rollup days %d: expected at most %d", r.RollupDays, MaxRetentionDays)
	case r.LogDays < 1 || r.LogDays > MaxRetentionDays:
		return fmt.Errorf("log days %d: expected 1 to %d", r.LogDays, MaxRetentionDays)
	}
	return nil
}

// Forgotten is in place of a user that was forgotten.
const Forgotten = "(forgotten)"
