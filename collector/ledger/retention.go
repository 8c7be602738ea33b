package ledger

import "fmt"

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

// RetentionError reports a number of days no store can keep.
type RetentionError struct {
	Part string // of the ledger: detail, rollup or log
	Days int
	Want string
}

func (e *RetentionError) Error() string {
	return fmt.Sprintf("%s days %d: expected %s", e.Part, e.Days, e.Want)
}

// Validate reports a retention no store can keep, as a *RetentionError.
func (r Retention) Validate() error {
	switch {
	case r.DetailDays < 2:
		return &RetentionError{"detail", r.DetailDays, "2 or more, so that each day is in the rollups before its calls are deleted"}
	case r.DetailDays > MaxRetentionDays:
		return &RetentionError{"detail", r.DetailDays, fmt.Sprintf("at most %d", MaxRetentionDays)}
	case r.RollupDays < r.DetailDays:
		return &RetentionError{"rollup", r.RollupDays, fmt.Sprintf("at least the %d detail days", r.DetailDays)}
	case r.RollupDays > MaxRetentionDays:
		return &RetentionError{"rollup", r.RollupDays, fmt.Sprintf("at most %d", MaxRetentionDays)}
	case r.LogDays < 1 || r.LogDays > MaxRetentionDays:
		return &RetentionError{"log", r.LogDays, fmt.Sprintf("1 to %d", MaxRetentionDays)}
	}
	return nil
}

// Forgotten is in place of a user that was forgotten.
const Forgotten = "(forgotten)"
