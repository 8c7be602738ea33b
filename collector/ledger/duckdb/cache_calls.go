package duckdb

import (
	"hash/maphash"
	"strings"

	"github.com/duckdb/duckdb-go/v2/mapping"

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
	vendor string
	parts  struct {
		text string
		of   promptParts
	}
}

func (r *promptReader) table() *table[promptCall] {
	return &table[promptCall]{name: "calls with a prompt", columns: []column[promptCall]{
		count("begun", func(c *promptCall) *int64 { return &c.begun }),
		hash("span_id", func(c *promptCall) *uint64 { return &c.span }),
		hash("prompt", func(c *promptCall) *uint64 { return &c.prompt }),
		hash("thread", func(c *promptCall) *uint64 { return &c.thread }),
		hash("prefix", func(c *promptCall) *uint64 { return &c.prefix }),
		onText("prompt_parts", r.readParts),
		count("prompt_prefix_tokens", func(c *promptCall) *int64 { return &c.tokens }),
		count("cache_read_tokens", func(c *promptCall) *int64 { return &c.read }),
		count("cache_write_tokens", func(c *promptCall) *int64 { return &c.written }),
		onText("provider", func(text string, _ *promptCall) { r.vendor = text }),
		onText("model", func(text string, c *promptCall) { c.model = r.models.place(r.vendor, text) }),
		traceID("trace_id", func(c *promptCall) *ledger.TraceID { return &c.trace }),
	}}
}

func (r *promptReader) readParts(text string, c *promptCall) {
	if text == "" {
		return
	}
	if text != r.parts.text {
		r.parts.text = strings.Clone(text)
		r.parts.of = promptParts{known: true}
		for i := range r.parts.of.hash {
			var part string
			part, text, _ = strings.Cut(text, ".")
			r.parts.of.hash[i] = maphash.String(r.seed, part)
		}
	}
	c.parts = r.parts.of
}

// hash is a number of 64 bits that is read only.
func hash[T any](name string, of func(*T) *uint64) column[T] {
	return column[T]{name: name, types: []mapping.Type{mapping.TypeUBigInt}, read: func(v *vector, row int, t *T) { *of(t) = get[uint64](v, row) }}
}

// onText is a text that is read only, and changes after see has returned.
func onText[T any](name string, see func(text string, of *T)) column[T] {
	return column[T]{name: name, types: []mapping.Type{mapping.TypeVarchar}, read: func(v *vector, row int, t *T) { see(v.passingText(row), t) }}
}

// vendorModels numbers the models of vendors.
type vendorModels struct {
	names  []vendorModel
	places map[vendorModel]int
	last   int // place
}

type vendorModel struct{ vendor, model string }

// place is the number of a model. The texts may change afterwards.
func (m *vendorModels) place(vendor, model string) int {
	name := vendorModel{vendor, model}
	if m.last < len(m.names) && m.names[m.last] == name {
		return m.last
	}
	at, known := m.places[name]
	if !known {
		if m.places == nil {
			m.places = map[vendorModel]int{}
		}
		at = len(m.names)
		name = vendorModel{strings.Clone(vendor), strings.Clone(model)}
		m.names, m.places[name] = append(m.names, name), at
	}
	m.last = at
	return at
}
