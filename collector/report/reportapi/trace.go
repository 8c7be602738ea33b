package reportapi

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/tracetree"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type run struct {
	TraceID       string     `json:"trace_id"`
	Start         string     `json:"start"`
	Seconds       float64    `json:"seconds"`
	User          string     `json:"user"`
	Department    string     `json:"department"`
	Application   string     `json:"application"`
	Figures       figures    `json:"figures"`
	Slowest       *string    `json:"slowest"`
	MostExpensive *string    `json:"most_expensive"`
	Agents        []runAgent `json:"agents"`
	SpanCount     int64      `json:"span_count"`
	LeftOut       *leftOut   `json:"left_out"`
	Spans         []runSpan  `json:"spans"`
	Notes         []string   `json:"notes"`
}

type runAgent struct {
	Name        string  `json:"name"`
	Invocations int64   `json:"invocations"`
	Seconds     float64 `json:"seconds"`
	Own         figures `json:"own"`
}

type runSpan struct {
	SpanID    string   `json:"span_id"`
	Parent    *string  `json:"parent_span_id"`
	Depth     int      `json:"depth"`
	Role      string   `json:"role"`
	Name      string   `json:"name"`
	Start     string   `json:"start"`
	Offset    float64  `json:"offset_seconds"`
	Seconds   float64  `json:"seconds"`
	Error     bool     `json:"error"`
	ErrorType string   `json:"error_type"`
	Own       figures  `json:"own"`
	Inclusive figures  `json:"inclusive"`
	Critical  bool     `json:"critical"`
	Adopted   bool     `json:"adopted"`
	Children  int      `json:"children"`
	LeftOut   *leftOut `json:"left_out"`
	Links     []string `json:"links"`
	Call      *runCall `json:"call"`
}

// leftOut sums spans of a large run that are not in the list.
type leftOut struct {
	Spans   int64   `json:"spans"`
	Failed  int64   `json:"failed"`
	Figures figures `json:"figures"`
}

func leftOutOf(o *tracetree.LeftOut) *leftOut {
	if o == nil {
		return nil
	}
	return &leftOut{o.Spans, o.Failed, treeFigures(&o.Figures)}
}

type runCall struct {
	Provider      string            `json:"provider"`
	Model         string            `json:"model"`
	RequestModel  string            `json:"request_model"`
	Operation     string            `json:"operation"`
	Billable      bool              `json:"billable"`
	NotBilled     *string           `json:"not_billed"`
	Cost          *udecimal.Decimal `json:"cost_usd"`
	CostStatus    string            `json:"cost_status"`
	CostReason    string            `json:"cost_reason"`
	Input         int64             `json:"input_tokens"`
	Output        int64             `json:"output_tokens"`
	CacheRead     int64             `json:"cached_tokens"`
	CacheWrite    int64             `json:"cache_write_tokens"`
	Reasoning     int64             `json:"reasoning_tokens"`
	FirstChunk    *float64          `json:"time_to_first_chunk_seconds"`
	Attempt       int               `json:"attempt"`
	FinishReasons []string          `json:"finish_reasons"`
}

func (in *request) traceID() (ledger.TraceID, error) {
	text := in.PathValue("trace_id")
	id, err := ledger.ParseTraceID(text)
	if err != nil {
		return id, &report.ParameterError{Parameter: "trace_id", Value: text, Err: err}
	}
	return id, nil
}

const (
	maxSpansParameter = "max_spans"
	spanParameter     = "span"
)

// foldQuery asks for a run.
func (in *request) foldQuery() (q ledger.FoldQuery, err error) {
	if q.Trace, err = in.traceID(); err != nil {
		return q, err
	}
	if q.MaxSpans, err = in.maxSpans(); err != nil {
		return q, err
	}
	if text := in.query.Get(spanParameter); text != "" {
		q.Span, err = parseSpanID(spanParameter, text)
	}
	return q, err
}

// maxSpans is how many spans of a run are in the answer; 0 = all.
func (in *request) maxSpans() (int, error) {
	text := in.query.Get(maxSpansParameter)
	if text == "" {
		return ledger.DefaultTraceSpans, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, &report.ParameterError{Parameter: maxSpansParameter, Value: text, Err: errors.New("use a number of spans, or 0 for all")}
	}
	return n, nil
}

func askTrace(ctx context.Context, in *request) (any, error) {
	q, err := in.foldQuery()
	if err != nil {
		return nil, err
	}
	trace, err := in.reader.FoldedTrace(ctx, q)
	if err != nil {
		return nil, err
	}
	tree := tracetree.Build(trace)
	out := run{
		TraceID: tree.ID.String(), Start: in.rfc3339(tree.Start), Seconds: tree.Duration.Seconds(),
		User:        report.Label(ledger.ByUser, tree.User),
		Department:  report.Label(ledger.ByDepartment, tree.Department),
		Application: report.Label(ledger.ByApplication, tree.Application),
		Figures:     treeFigures(&tree.Total), Slowest: spanOf(tree.Slowest), MostExpensive: spanOf(tree.MostExpensive),
		Agents: []runAgent{}, SpanCount: tree.Spans, LeftOut: leftOutOf(tree.LeftOut), Spans: []runSpan{}, Notes: []string{},
	}
	for i := range tree.Agents {
		a := &tree.Agents[i]
		out.Agents = append(out.Agents, runAgent{a.Name, a.Invocations, a.Duration.Seconds(), treeFigures(&a.Own)})
	}
	for _, root := range tree.Roots {
		out.Spans = in.spans(out.Spans, root, tree.Start, 0)
	}
	if n := tree.Total.Unpriced + tree.Total.Invalid; n > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("The cost does not include %s of %s, because no price is known.", format.Grouped(n), format.Counted(tree.Total.Calls, "call")))
	}
	if n := tree.Omitted(); n > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("%s of %s %s left out: the list has those that failed, took longest or cost most. All figures of spans and agents include them, but for the critical path and the slowest span.",
			format.Grouped(n), format.Counted(tree.Spans, "span"), format.Verb(n, "is", "are")))
	}
	return out, nil
}

// spans lists a node and all below it.
func (in *request) spans(spans []runSpan, n *tracetree.Node, start time.Time, depth int) []runSpan {
	s := runSpan{
		SpanID: n.SpanID.String(), Parent: spanOf(n.Parent()), Depth: depth, Role: n.Role, Name: n.Name,
		Start: in.rfc3339(n.Start), Offset: n.Start.Sub(start).Seconds(), Seconds: n.Duration.Seconds(),
		Error: n.Error, ErrorType: n.ErrorType, Own: treeFigures(&n.Own), Inclusive: treeFigures(&n.Inclusive),
		Critical: n.Critical, Adopted: n.Adopted, Children: len(n.Children), LeftOut: leftOutOf(n.LeftOut), Links: []string{},
	}
	for _, link := range n.Links {
		s.Links = append(s.Links, link.String())
	}
	if n.Call != nil {
		s.Call = runCallOf(n.Call)
	}
	spans = append(spans, s)
	for _, child := range n.Children {
		spans = in.spans(spans, child, start, depth+1)
	}
	return spans
}

func runCallOf(c *ledger.Call) *runCall {
	out := &runCall{
		Provider: c.Provider, Model: c.Model(), RequestModel: c.RequestModel, Operation: c.Operation,
		Billable: c.Billable, Cost: c.Cost.Amount, CostStatus: c.Cost.Status, CostReason: c.Cost.Reason,
		Input: c.Usage[usage.Input], Output: c.Usage[usage.Output], CacheRead: c.Usage[usage.CacheRead], CacheWrite: c.Usage[usage.CacheWrite], Reasoning: c.Usage[usage.Reasoning],
		Attempt: c.Attempt, FinishReasons: list(c.FinishReasons), NotBilled: optional(explain.NotBilled(c)),
	}
	if c.TimeToFirstChunk > 0 {
		out.FirstChunk = seconds(c.TimeToFirstChunk)
	}
	return out
}

func spanOf(n *tracetree.Node) *string {
	if n == nil {
		return nil
	}
	id := n.SpanID.String()
	return &id
}

// optional is nil for a text that is not known.
// optional is null for the zero value.
func optional[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

func treeFigures(f *tracetree.Figures) figures {
	t := ledger.Totals{
		Calls: f.Calls, Errors: f.Errors, Unpriced: f.Unpriced, Invalid: f.Invalid, Input: f.Input, Output: f.Output,
		CacheRead: f.CacheRead, CacheWrite: f.CacheWrite, Reasoning: f.Reasoning, Cost: f.Cost,
	}
	return figuresOf(&t)
}
