// Package budgetguard stops LLM calls whose budget is spent, before they leave.
//
// [New] follows the budgets of a running spanledger collector in the
// background. [Guard.Check] compares each call with what it knows, and never
// waits:
//
//	guard, err := budgetguard.New("http://127.0.0.1:8890")
//	if err != nil {
//		return err
//	}
//	defer guard.Close()
//	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithGuard(guard.Check))}
//
// A call whose budget has reached its hard threshold fails with a
// [*BudgetExceededError]. From the soft threshold on, calls go and their spans
// say so: spanledger.budget.name, spanledger.budget.state. Either is logged once
// a period.
//
// # What it cannot promise
//
// The guard works on what the collector has counted: calls that are under way,
// or finished since the last look, are not in it, so a budget may be
// overdrawn by what is spent in about a minute. It knows what the call's
// context says; what the collector fills in from its tables (the department of
// a user) it does not. Of models it compares the name in the request. A budget
// by a dimension that the process cannot know, such as environment, is not
// enforced unless [WithDimension] tells it.
//
// Without an answer of the collector every call goes, unless [WithFailClosed].
package budgetguard
