package reportapi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/content"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/tracetree"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type spanDetail struct {
	TraceID    string            `json:"trace_id"`
	SpanID     string            `json:"span_id"`
	Role       string            `json:"role"`
	Name       string            `json:"name"`
	Start      string            `json:"start"`
	Seconds    float64           `json:"seconds"`
	Error      bool              `json:"error"`
	ErrorType  string            `json:"error_type"`
	Attributes []attribute       `json:"attributes"`
	Price      *priceExplanation `json:"price"`
	Logs       []format.Row      `json:"logs"`
	Content    contentOfSpan     `json:"content"`
}

type attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type priceExplanation struct {
	Status    string            `json:"status"`
	Cost      *udecimal.Decimal `json:"cost_usd"`
	Reason    string            `json:"reason"`
	Text      string            `json:"text"`
	Fix       string            `json:"fix"`
	Billable  bool              `json:"billable"`
	NotBilled *string           `json:"not_billed"`
	Catalogue string            `json:"catalogue"`
	Model     *string           `json:"model"`
	Vendor    *udecimal.Decimal `json:"vendor_usd"`
	Flags     []flag            `json:"flags"`
	Lines     []priceLine       `json:"lines"`

	VendorDifference *udecimal.Decimal `json:"vendor_difference_usd"`
	SeenBy           string            `json:"seen_by"`
	Usage            []usageCount      `json:"usage"`
	Spans            []otherSpan       `json:"spans"`
}

type usageCount struct {
	Attribute string  `json:"attribute"`
	Quantity  int64   `json:"quantity"`
	Unit      string  `json:"unit"`
	PartOf    *string `json:"part_of"`
}

type otherSpan struct {
	SpanID   string            `json:"span_id"`
	SeenBy   string            `json:"seen_by"`
	Dialect  string            `json:"dialect"`
	Relation string            `json:"relation"`
	Billable bool              `json:"billable"`
	Cost     *udecimal.Decimal `json:"cost_usd"`
	Text     string            `json:"text"`
}

type flag struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type priceLine struct {
	Kind       string           `json:"kind"`
	Quantity   int64            `json:"quantity"`
	Unit       string           `json:"unit"`
	Rate       udecimal.Decimal `json:"rate_usd"`
	Per        int64            `json:"per"`
	Multiplier udecimal.Decimal `json:"multiplier"`
	Amount     udecimal.Decimal `json:"cost_usd"`
	From       *string          `json:"from"`
	Until      *string          `json:"until"`
	Sources    []priceSource    `json:"sources"`
}

type priceSource struct {
	Key   string  `json:"key"`
	Title string  `json:"title"`
	Read  *string `json:"read"`
}

type contentOfSpan struct {
	Captured bool           `json:"captured"`
	Hint     string         `json:"hint"`
	Parts    []content.Part `json:"parts"`
}

// maxSpanLogs is how many log records of a span are shown.
const maxSpanLogs = 1000

func askSpan(ctx context.Context, in *request) (any, error) {
	traceID, err := in.traceID()
	if err != nil {
		return nil, err
	}
	id, err := in.spanID()
	if err != nil {
		return nil, err
	}
	trace, err := in.reader.FoldedTrace(ctx, ledger.FoldQuery{Trace: traceID, MaxSpans: ledger.DefaultTraceSpans, Span: id})
	if err == nil && trace.Folded != nil && slices.ContainsFunc(trace.Calls, func(c ledger.Call) bool { return c.SpanID == id }) {
		trace, err = in.reader.Trace(ctx, traceID) // other spans of the call may be left out
	}
	if err != nil {
		return nil, err
	}
	return in.span(ctx, trace, id)
}

// askExplain answers for a span whose trace is not known.
func askExplain(ctx context.Context, in *request) (any, error) {
	id, err := in.spanID()
	if err != nil {
		return nil, err
	}
	trace, err := explain.TraceOf(ctx, in.reader, id, in.period.From, in.period.Until)
	if err != nil {
		return nil, err
	}
	return in.span(ctx, trace, id)
}

func (in *request) spanID() (ledger.SpanID, error) {
	return parseSpanID("span_id", in.PathValue("span_id"))
}

func parseSpanID(parameter, text string) (ledger.SpanID, error) {
	id, err := ledger.ParseSpanID(text)
	if err != nil {
		return id, &report.ParameterError{Parameter: parameter, Value: text, Err: err}
	}
	return id, nil
}

// span is the whole of one span.
func (in *request) span(ctx context.Context, trace *ledger.Trace, id ledger.SpanID) (any, error) {
	node := tracetree.Build(trace).Find(id)
	if node == nil {
		return nil, fmt.Errorf("span %s of trace %s: %w", id, trace.ID, ledger.ErrNotFound)
	}
	out := spanDetail{
		TraceID: trace.ID.String(), SpanID: id.String(), Role: node.Role, Name: node.Name,
		Start: in.rfc3339(node.Start), Seconds: node.Duration.Seconds(), Error: node.Error, ErrorType: node.ErrorType,
		Attributes: attributesOf(node), Logs: []format.Row{}, Content: contentOfSpan{Hint: content.Hint, Parts: []content.Part{}},
	}
	if node.Call != nil {
		var err error
		if out.Price, err = in.explain(trace, id); err != nil {
			return nil, err
		}
	}
	records, err := report.Logs(ctx, in.reader, report.LogsQuestion{
		Period: report.Period{From: ledger.EarliestStart, Until: ledger.LatestStart, Zone: in.period.Zone},
		Trace:  trace.ID, Top: maxSpanLogs,
	})
	if err != nil {
		return nil, err
	}
	records.Logs = slices.DeleteFunc(records.Logs, func(l ledger.Log) bool { return l.SpanID != id })
	out.Logs = records.Document().Rows(0)
	if parts := content.Of(records.Logs); len(parts) > 0 {
		out.Content = contentOfSpan{Captured: true, Parts: parts}
	}
	return out, nil
}

func (in *request) explain(trace *ledger.Trace, id ledger.SpanID) (*priceExplanation, error) {
	walk, err := explain.Span(trace, id, in.config.prices)
	if err != nil {
		return nil, err
	}
	c, p := walk.Call, walk.Price
	out := &priceExplanation{
		Status: c.Cost.Status, Cost: c.Cost.Amount, Reason: c.Cost.Reason, Text: p.Reason.Text, Fix: p.Reason.Fix,
		Billable: c.Billable, NotBilled: optional(explain.NotBilled(c)), Catalogue: c.Cost.CatalogVersion,
		Model: optional(p.Row), Vendor: c.Cost.Vendor, Flags: []flag{}, Lines: []priceLine{},
		VendorDifference: walk.VendorDifference(), SeenBy: explain.Claim(c.Claim), Usage: []usageCount{}, Spans: []otherSpan{},
	}
	for f := range usage.NumBilled {
		if c.Usage[f] == 0 {
			continue
		}
		count := usageCount{Attribute: string(f.Key()), Quantity: c.Usage[f], Unit: string(f.Unit())}
		if total, isPart := f.PartOf(); isPart {
			count.PartOf = optional(string(total.Key()))
		}
		out.Usage = append(out.Usage, count)
	}
	for i := range walk.Others {
		o := &walk.Others[i]
		out.Spans = append(out.Spans, otherSpan{
			o.Call.SpanID.String(), explain.Claim(o.Call.Claim), o.Call.Dialect, string(o.Relation), o.Call.Billable, o.Call.Cost.Amount, o.Text(),
		})
	}
	for _, name := range c.Cost.Flags {
		out.Flags = append(out.Flags, flag{name, explain.Flag(name)})
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		out.Lines = append(out.Lines, priceLine{
			Kind: l.Kind, Quantity: l.Quantity, Unit: l.Unit, Rate: l.Rate, Per: l.Per, Multiplier: l.Multiplier, Amount: l.Amount,
			From: optional(l.From), Until: optional(l.Until), Sources: sourcesOf(l.Sources),
		})
	}
	return out, nil
}

func sourcesOf(sources []explain.Source) []priceSource {
	out := []priceSource{}
	for _, s := range sources {
		out = append(out, priceSource{s.Key, s.Title, optional(s.Read)})
	}
	return out
}

// attributesOf lists what is known of a span.
func attributesOf(n *tracetree.Node) []attribute {
	attributes := []attribute{}
	add := func(name, value string) {
		if value != "" {
			attributes = append(attributes, attribute{name, value})
		}
	}
	number := func(name string, value int64) {
		if value != 0 {
			add(name, strconv.FormatInt(value, 10))
		}
	}
	if s := n.Span; s != nil {
		add("span name", s.Name)
		add("user", s.User)
		add("department", s.Department)
		add("application", s.Application)
		add("service", s.Service)
		add("workflow", s.Workflow)
		add("agent", s.Agent)
		add("step", s.Step)
		add("tool", s.Tool)
		add("conversation", s.ConversationID)
	}
	c := n.Call
	if c == nil {
		return attributes
	}
	if n.Span == nil {
		add("user", c.User)
		add("department", c.Department)
		add("application", c.Application)
		add("service", c.Service)
		add("workflow", c.Workflow)
		add("agent", c.Agent)
		add("step", c.Step)
		add("conversation", c.ConversationID)
	}
	add("team", c.Team)
	add("cost center", c.CostCenter)
	add("environment", c.Environment)
	add("purpose", c.Purpose)
	add("prompt", c.PromptName)
	add("prompt version", c.PromptVersion)
	add("provider", c.Provider)
	add("server", c.ServerAddress)
	add("operation", c.Operation)
	add("requested model", c.RequestModel)
	add("model", c.ResponseModel)
	add("response id", c.ResponseID)
	add("service tier", c.ServiceTier)
	add("region", c.Terms.Region)
	number("status code", int64(c.StatusCode))
	number("attempt", int64(c.Attempt))
	add("finish reasons", strings.Join(c.FinishReasons, ", "))
	add("usage", c.UsageSource)
	add("dialect", c.Dialect)
	add("claim", c.Claim)
	keys := make([]string, 0, len(c.Tags))
	for key := range c.Tags {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, cmp.Compare)
	for _, key := range keys {
		add(ledger.TagDimensionPrefix+key, c.Tags[key])
	}
	return attributes
}
