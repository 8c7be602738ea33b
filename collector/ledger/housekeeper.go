package ledger

import (
	"context"
	"fmt"
	"time"
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
		return fmt.Errorf("detail days %d: expected 2 or more, so that a day is summed up before it goes", r.DetailDays)
	case r.RollupDays < r.DetailDays:
		return fmt.Errorf("rollup days %d: expected at least the detail's %d", r.RollupDays, r.DetailDays)
	case r.RollupDays > MaxRetentionDays:
		return fmt.Errorf("rollup days %d: expected at most %d", r.RollupDays, MaxRetentionDays)
	case r.LogDays < 1 || r.LogDays > MaxRetentionDays:
		return fmt.Errorf("log days %d: expected 1 to %d", r.LogDays, MaxRetentionDays)
	}
	return nil
}

// Forgotten is in place of a user that was forgotten.
const Forgotten = "(forgotten)"

// Housekeeper keeps a store within what it may hold.
type Housekeeper interface {
	Retention(ctx context.Context) (Retention, error)
	SetRetention(ctx context.Context, r Retention) error
	// Expire applies the retention now: afterwards the sums are as before.
	Expire(ctx context.Context) error
	// Forget replaces a user by Forgotten in every row, drops the conversation
	// ids of those rows, and deletes the log records of the user and of the
	// user's traces, whose text may name anyone. No sum changes but by user. It
	// returns how many calls were the user's. A call, span or log record that
	// begins before now and is delivered later, or again, is the user's no more.
	Forget(ctx context.Context, user string) (calls int64, err error)
	// Forgotten returns who was forgotten, and KeepForgotten adds to it: for
	// moving a ledger to another store. A user kept twice is kept once.
	Forgotten(ctx context.Context) (ForgottenUsers, error)
	KeepForgotten(ctx context.Context, users ForgottenUsers) error
}

// Expirer is a store that no longer takes what starts before a day.
type Expirer interface {
	// KeptSince is the first day of UTC whose calls and agent spans are kept. One
	// that starts before and is delivered now, again or for the first time,
	// counts in no report.
	KeptSince(ctx context.Context) (time.Time, error)
}
