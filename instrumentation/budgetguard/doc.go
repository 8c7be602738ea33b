// Package budgetguard stops LLM calls whose budget is spent, or whose run or
// conversation has reached a cap, before they leave.
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
// # Caps
//
// A [Cap] limits each run, or each conversation, on its own: money, calls, agents in
// agents, calls a minute. Caps are those of the collector's file of budgets, and those of
// [WithCap]. The guard counts the calls it lets go, and learns from the collector what
// other processes have let go and what the ledger has. A call beyond a limit fails with
// a [*CapExceededError]. [Guard.Observe] has amounts count as soon as a call has ended.
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
// A count is never above the truth, so no call within its caps is stopped. It may be below
// by what other processes have let go since they were last heard of, a second ago or less.
//
// Without an answer of the collector every call goes, and caps count this process alone,
// unless [WithFailClosed].
package budgetguard
