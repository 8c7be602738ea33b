package duckdb

import (
	"hash/maphash"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
)

// promptCall is a row of cache_calls.sql. It has no pointer, so that no garbage is searched for in
// many of them.
type promptCall struct {
	begun                  int64
	span                   uint64
	prompt, thread, prefix uint64 // hashes
	parts                  promptParts
	tokens                 int64 // of the prefix
	read, written          int64
	model                  int // its place in vendorModels
	trace                  ledger.TraceID
}

// promptParts are hashes of the first parts of a prompt, if they are known.
type promptParts struct {
	known bool
	hash  [3]uint64
}

func (c *promptCall) start() callStart { return callStart{c.begun, c.span} }

// promptReader reads promptCalls.
type promptReader struct {
	seed   maphash.Seed
	models *vendorModels
	parts  struct {
		text []byte
		of   promptParts
	}
}

// promptCalls are the columns that fill reads, in its order.
var promptCalls = table[promptCall]{name: "calls with a prompt", columns: []column[promptCall]{
	{name: "begun", types: ofNumber}, {name: "span_id", types: ofHash},
	{name: "prompt", types: ofHash}, {name: "thread", types: ofHash}, {name: "prefix", types: ofHash}, {name: "prompt_parts", types: ofText},
	{name: "prompt_prefix_tokens", types: ofNumber}, {name: "cache_read_tokens", types: ofNumber}, {name: "cache_write_tokens", types: ofNumber},
	{name: "provider", types: ofText}, {name: "model", types: ofText}, {name: "trace_id", types: ofTraceID},
}}

// fill takes a column at a time apart: a function for each value takes longer than the rest.
func (r *promptReader) fill(v []vector, calls []promptCall) {
	for i := range calls {
		calls[i] = promptCall{
			begun: valueAt[int64](&v[0], i), span: valueAt[uint64](&v[1], i),
			prompt: valueAt[uint64](&v[2], i), thread: valueAt[uint64](&v[3], i), prefix: valueAt[uint64](&v[4], i), parts: r.partsOf(textAt(&v[5], i)),
			tokens: valueAt[int64](&v[6], i), read: valueAt[int64](&v[7], i), written: valueAt[int64](&v[8], i),
			model: r.models.place(textAt(&v[9], i), textAt(&v[10], i)), trace: valueAt[wide](&v[11], i).traceID(),
		}
	}
}

func (r *promptReader) partsOf(text string) promptParts {
	if text == "" {
		return promptParts{}
	}
	if text != string(r.parts.text) {
		r.parts.text = append(r.parts.text[:0], text...)
		r.parts.of = promptParts{known: true}
		for i := range r.parts.of.hash {
			var part string
			part, text, _ = strings.Cut(text, ".")
			r.parts.of.hash[i] = maphash.String(r.seed, part)
		}
	}
	return r.parts.of
}
