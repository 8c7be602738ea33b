package budgetguard

import (
	"fmt"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// BudgetExceededError is the error of a call that was stopped because its
// budget is spent.
type BudgetExceededError struct {
	Budget string      // its name
	Scope  []Condition // none = every call
	Spent  udecimal.Decimal
	Limit  udecimal.Decimal // the hard threshold
	Reset  time.Time        // when the next period begins
}

// Error names the budget, the amounts, and the time when calls are allowed again.
func (e *BudgetExceededError) Error() string {
	return fmt.Sprintf("budgetguard: budget %q (%s) is spent: %s of %s USD, until %s",
		e.Budget, scope(e.Scope), e.Spent, e.Limit, e.Reset.Format(time.RFC3339))
}

// ErrorType is the error.type of the call's span.
func (e *BudgetExceededError) ErrorType() string { return ErrorTypeBudget }

// CapExceededError is the error of a call that was stopped because its run or
// conversation has reached a limit of a cap.
type CapExceededError struct {
	Cap     string // its name
	Per     Unit
	ID      string           // of the run's trace, or of the conversation; "" where the call has none
	Limit   string           // key of the cap: amount, calls, depth, calls_per_minute
	Used    udecimal.Decimal // USD of amounts
	Allowed udecimal.Decimal
	Reset   time.Time // when calls go again; zero = not in this run or conversation
}

// Error names the cap, the limit, the figures and what to do.
func (e *CapExceededError) Error() string {
	unit := string(e.Per)
	if e.ID != "" {
		unit += " " + e.ID
	}
	used, fix := "used", "start another "+string(e.Per)
	switch e.Limit {
	case keyAmount:
		used = "USD spent"
	case keyDepth:
		used, fix = "agents deep", "reduce the nesting of agents"
	case keyRate:
		used, fix = "used in this minute", "wait until "+e.Reset.Format(time.RFC3339)
	}
	return fmt.Sprintf("budgetguard: cap %q of %s: %s: %s of %s %s: %s, or raise %s of the cap",
		e.Cap, unit, e.Limit, e.Used, e.Allowed, used, fix, e.Limit)
}

// ErrorType is the error.type of the call's span.
func (e *CapExceededError) ErrorType() string { return ErrorTypeCap }

// Values of error.type of calls that a guard stopped. Such calls are not sent and cost
// nothing.
const (
	ErrorTypeBudget  = "budget_exceeded"
	ErrorTypeCap     = "cap_exceeded"
	ErrorTypeUnknown = "budget_unknown"
)

// StateUnknownError is the error of a call that was stopped because the state of
// budgets is not known; see [WithFailClosed].
type StateUnknownError struct {
	Since time.Time // of the last answer; zero when there was none
	Err   error     // why there is no newer one; nil while the first is awaited
}

// Error says since when the state is not known, and why.
func (e *StateUnknownError) Error() string {
	text := "budgetguard: the state of budgets is not known yet: wait for it with Guard.Ready"
	if !e.Since.IsZero() {
		text = "budgetguard: the state of budgets is not known since " + e.Since.Format(time.RFC3339)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns why the state is not known.
func (e *StateUnknownError) Unwrap() error { return e.Err }

// ErrorType is the error.type of the call's span.
func (e *StateUnknownError) ErrorType() string { return ErrorTypeUnknown }

// scope returns a scope as text: "department=claims tag:tier=gold".
func scope(conditions []Condition) string {
	if len(conditions) == 0 {
		return "every call"
	}
	parts := make([]string, len(conditions))
	for i, c := range conditions {
		value := c.Value
		if value == "" {
			value = semconv.Unattributed
		}
		parts[i] = c.Dimension + "=" + value
	}
	return strings.Join(parts, " ")
}
