// Package budgetguard stops LLM calls before they are sent, if their budget is spent,
// or if their run or conversation has reached a cap.
//
// [New] reads the budgets of a running spanledger collector in the background.
// [Guard.Check] compares each call with the last answer, and never waits:
//
//	guard, err := budgetguard.New("http://127.0.0.1:8890")
//	if err != nil {
//		return err
//	}
//	defer guard.Close()
//	client := &http.Client{Transport: otelgenai.NewTransport(nil, otelgenai.WithGuard(guard.Check))}
//
// A call whose budget has reached its hard threshold fails with a
// [*BudgetExceededError]. Above the soft threshold, calls are allowed, and their spans
// have the attributes spanledger.budget.name and spanledger.budget.state. Both cases are
// logged once a period.
//
// # Caps
//
// A [Cap] limits each single run, or each conversation: its cost, its calls, its nested
// agents, its calls a minute. Caps come from the collector's budgets file and from
// [WithCap]. The guard counts the calls that it allows, and reads the counts of other
// processes and of the ledger from the collector. A call above a limit fails with a
// [*CapExceededError]. With [Guard.Observe], amounts count as soon as a call has ended.
//
// # Limits
//
//   - A budget can be exceeded by the cost of about a minute: running calls, and calls
//     since the last answer, are not yet counted by the collector.
//   - The guard uses the attribution of the call's context. It does not know values that
//     the collector adds from its tables, such as the department of a user.
//   - Models are compared by the name in the request.
//   - A budget by a dimension that the process does not know, such as environment, is
//     enforced only with [WithDimension].
//   - A count of a cap is never too high, so no call within its caps is stopped. It can be
//     too low by the calls that other processes made in the last second.
//   - If the collector does not answer, every call is allowed, and caps count only this
//     process, unless [WithFailClosed] is set.
package budgetguard
