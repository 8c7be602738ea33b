// Package tracetree tells one run as a tree: agents, steps, tools and LLM
// calls, each with its duration, tokens, cost and error, what it spent itself
// and what everything below it spent, and whether it is on the critical path.
//
//	trace, err := store.Trace(ctx, id)
//	...
//	err = tracetree.Build(trace).WriteText(os.Stdout, tracetree.TextOptions{})
//
// A tree is built from ledger rows alone, in whatever order and state they
// arrived: a row whose parent is missing is placed by its time, and no input,
// not even parents in a circle, loses a row.
package tracetree
