package columns

import (
	"fmt"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/lognames"
)

// Fields takes the columns of an answer in their order: the name of each, and the variable
// that holds its value while a row is read.
type Fields interface {
	Text(name string, to *string)
	Count(name string, to *int64) // of rows
	Sum(name string, to *int64)
	Duration(name string, to *time.Duration)
	Instant(name string, to *time.Time) // in nanoseconds since 1970
	Amount(name string, to *udecimal.Decimal)
	TraceID(name string, to *ledger.TraceID)
	SpanID(name string, to *ledger.SpanID)
}

// Keys are the values of the dimensions of a group.
func Keys(f Fields, to []string) {
	for i := range to {
		f.Text(fmt.Sprintf("k%d", i), &to[i])
	}
}

// Totals are the sums that the function totals of statements writes.
func Totals(f Fields, t *ledger.Totals) {
	f.Count("calls", &t.Calls)
	f.Count("errors", &t.Errors)
	f.Count("unpriced", &t.Unpriced)
	f.Count("invalid", &t.Invalid)
	f.Sum("input", &t.Input)
	f.Sum("output", &t.Output)
	f.Sum("cache_read", &t.CacheRead)
	f.Sum("cache_write", &t.CacheWrite)
	f.Sum("reasoning", &t.Reasoning)
	f.Amount("amount", &t.Cost)
	f.Duration("duration", &t.Duration)
	f.Sum("credits", &t.NanoCredits)
}

// Latency is that of a group.
func Latency(f Fields, l *ledger.Latency) {
	f.Duration("p50", &l.P50)
	f.Duration("p95", &l.P95)
	f.Duration("p99", &l.P99)
	f.Duration("mean_ttfc", &l.MeanTTFC)
}

// Group is the answer of aggregate.sql.
func Group(f Fields, g *ledger.Group) {
	Keys(f, g.Key)
	Totals(f, &g.Totals)
	Latency(f, &g.Latency)
}

// Trace is the answer of traces.sql.
func Trace(f Fields, t *ledger.TraceSummary) {
	f.TraceID("id", &t.ID)
	f.Text("root", &t.Root)
	f.Text("first_agent", &t.Agent)
	f.Text("first_user", &t.User)
	f.Instant("start", &t.Start)
	f.Duration("total", &t.Duration)
	f.Count("spans", &t.Spans)
	Totals(f, &t.Totals)
}

// Conversation is the answer of conversations.sql.
func Conversation(f Fields, c *ledger.Conversation) {
	f.Text("id", &c.ID)
	f.Instant("first", &c.Start)
	f.Instant("last", &c.Last)
	f.Text("first_user", &c.User)
	f.Text("first_application", &c.Application)
	f.Count("runs", &c.Runs)
	f.Sum("first_input", &c.FirstInput)
	f.Sum("last_input", &c.LastInput)
	f.Sum("max_input", &c.MaxInput)
	Totals(f, &c.Totals)
}

// Prefix is the answer of prefixes.sql.
func Prefix(f Fields, u *ledger.PrefixUse) {
	Keys(f, u.Key)
	f.Count("calls", &u.Calls)
	f.Count("long_calls", &u.Long)
	f.Count("prefixes", &u.Prefixes)
	f.Count("again_calls", &u.Again)
	f.Sum("tokens", &u.Tokens)
	f.Sum("again_tokens", &u.AgainTokens)
}

// Result is the answer of results.sql.
func Result(f Fields, g *ledger.ResultGroup) {
	Keys(f, g.Key)
	f.Text("title", &g.Name)
	f.Count("results", &g.Results)
	f.Count("errors", &g.Errors)
	f.Count("unknown", &g.Unknown)
	f.Count("valued", &g.Valued)
	f.Count("judged", &g.Judged)
	f.Count("passed", &g.Passed)
	f.Amount("total_value", &g.Value)
	f.Amount("passed_value", &g.PassedValue)
	f.Count("calls", &g.Calls)
	f.Count("unpriced", &g.Unpriced)
	f.Amount("amount", &g.Cost)
}

// Input is the input of a call and its parts, the answer of contexts.sql.
type Input struct {
	Key           []string
	Tokens        int64
	Items, Shares string
}

// Context is the answer of contexts.sql.
func Context(f Fields, c *Input) {
	f.Sum("input_tokens", &c.Tokens)
	f.Text("items", &c.Items)
	f.Text("shares", &c.Shares)
	Keys(f, c.Key)
}

// Names is the answer of log_names.sql.
func Names(f Fields, trace *ledger.TraceID, n *lognames.Names) {
	f.TraceID("trace", trace)
	f.Text("user", &n.User)
	f.Text("department_name", &n.Department)
}

// CacheGroup is one of the sums of cache_misses.sql.
func CacheGroup(f Fields, g *ledger.CacheGroup) {
	f.Text("cause", (*string)(&g.Cause))
	f.Text("vendor", &g.Provider)
	f.Text("model_name", &g.Model)
	f.Text("day", &g.Day)
	f.Count("calls", &g.Calls)
	f.Sum("prefix", &g.Prefix)
	f.Sum("read_tokens", &g.Read)
}

// MissedCall adds the fields that a listed call of cache_misses.sql has and a sum has not.
func MissedCall(f Fields, c *ledger.MissedCall) {
	f.TraceID("trace", &c.TraceID)
	f.SpanID("span", &c.SpanID)
	f.Instant("begun", &c.Start)
	f.Text("agent_name", &c.Agent)
	f.Duration("ago", &c.Since)
}

// WasteGroup is one of the sums of waste.sql.
func WasteGroup(f Fields, g *ledger.WasteGroup) {
	f.Text("kind", (*string)(&g.Kind))
	f.Text("vendor", &g.Provider)
	f.Text("model_name", &g.Model)
	f.Text("day", &g.Day)
	f.Count("calls", &g.Calls)
	f.Count("unpriced", &g.Unpriced)
	f.Sum("input", &g.Input)
	f.Sum("output", &g.Output)
	f.Sum("prefix", &g.Prefix)
	f.Amount("amount", &g.Cost)
}

// WastedCall adds the fields that a listed call of waste.sql has and a sum has not.
func WastedCall(f Fields, c *ledger.WastedCall) {
	f.TraceID("trace", &c.TraceID)
	f.SpanID("span", &c.SpanID)
	f.Instant("begun", &c.Start)
	f.Text("agent_name", &c.Agent)
	f.Text("loop_tool", &c.Tool)
	f.Text("error_name", &c.Error)
}
