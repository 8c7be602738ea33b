package duckdb

import "github.com/spanledger/spanledger/collector/ledger"

// wasteCall is a row of waste_calls.sql. It has no pointer, so that no garbage is searched for in
// many of them.
type wasteCall struct {
	begun         int64
	span          uint64
	prompt, agent uint64 // hashes; noPrompt
	trace         ledger.TraceID
	cost          wide
	input, output int64
	tokens, read  int64 // of the prefix
	model         int   // its place in vendorModels
	priced        bool
	failed        bool
	aborted       bool
}

// noPrompt is the hash of a call that is not compared.
const noPrompt = 0

func (c *wasteCall) start() callStart { return callStart{c.begun, c.span} }

// wasteCalls are the columns that fill reads, in its order.
var wasteCalls = table[wasteCall]{name: "paid calls", columns: []column[wasteCall]{
	{name: "begun", types: ofNumber}, {name: "span_id", types: ofHash}, {name: "trace_id", types: ofTraceID}, {name: "agent", types: ofHash},
	{name: "is_error", types: ofFlag}, {name: "aborted", types: ofFlag}, {name: "prompt", types: ofHash}, {name: "cost", types: ofAmount},
	{name: "input_tokens", types: ofNumber}, {name: "output_tokens", types: ofNumber},
	{name: "prompt_prefix_tokens", types: ofNumber}, {name: "cache_read_tokens", types: ofNumber},
	{name: "provider", types: ofText}, {name: "model", types: ofText},
}}

func (s *wasteSums) fill(v []vector, calls []wasteCall) {
	for i := range calls {
		calls[i] = wasteCall{
			begun: valueAt[int64](&v[0], i), span: valueAt[uint64](&v[1], i), trace: valueAt[wide](&v[2], i).traceID(), agent: valueAt[uint64](&v[3], i),
			failed: valueAt[bool](&v[4], i), aborted: valueAt[bool](&v[5], i), prompt: valueAt[uint64](&v[6], i),
			cost: valueAt[wide](&v[7], i), priced: v[7].valid(i), input: valueAt[int64](&v[8], i), output: valueAt[int64](&v[9], i),
			tokens: valueAt[int64](&v[10], i), read: valueAt[int64](&v[11], i), model: s.models.place(textAt(&v[12], i), textAt(&v[13], i)),
		}
	}
}
