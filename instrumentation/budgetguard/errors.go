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

// Error names the budget, the figures and when calls go again.
func (e *BudgetExceededError) Error() string {
	return fmt.Sprintf("budgetguard: budget %q (%s) is spent: %s of %s USD, until %s",
		e.Budget, scope(e.Scope), e.Spent, e.Limit, e.Reset.Format(time.RFC3339))
}

// ErrorType is the error.type of the call's span.
func (e *BudgetExceededError) ErrorType() string { return "budget_exceeded" }

// StateUnknownError is the error of a call that was stopped because the state
// of its budget is not known and the guard was told to fail closed.
type StateUnknownError struct {
	Since time.Time // of the last answer; zero when there was none
	Err   error     // why there is no newer one; nil while the first is awaited
}

// Error says since when, and why.
func (e *StateUnknownError) Error() string {
	text := "budgetguard: the collector has not said yet how budgets stand: wait for it with Guard.Ready"
	if !e.Since.IsZero() {
		text = "budgetguard: how budgets stand is not known since " + e.Since.Format(time.RFC3339)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap is why the state is not known.
func (e *StateUnknownError) Unwrap() error { return e.Err }

// ErrorType is the error.type of the call's span.
func (e *StateUnknownError) ErrorType() string { return "budget_unknown" }

// scope is one as prose: "department=claims tag:tier=gold".
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
