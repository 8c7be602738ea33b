package explain

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Document lays the walk out: the reported usage, the normalized usage, the bill, the
// other spans of the call.
func (w *Walk) Document() *format.Document {
	c := w.Call
	doc := &format.Document{
		Name:   "explain",
		Title:  fmt.Sprintf("Span %s of trace %s: %s", c.SpanID, c.TraceID, w.outcome()),
		Tables: []format.Table{w.call(), w.sent(), usageTable(c), w.bill(), w.sources(), w.others()},
	}
	add := func(text string) {
		if text != "" {
			doc.Notes = append(doc.Notes, text)
		}
	}
	add(NotBilled(c))
	if w.Price.Reason.Text != "" {
		add(w.Price.Reason.Text + " Fix: " + w.Price.Reason.Fix + ".")
	}
	if w.Price.Unread != "" {
		add("The line items of the call are not in the form that genai_cost writes: " + w.Price.Unread + ".")
	}
	for _, name := range c.Cost.Flags {
		add(Flag(name))
	}
	switch difference := w.VendorDifference(); {
	case c.Cost.Vendor == nil:
		add("The vendor stated no amount.")
	case difference == nil:
		add("The vendor stated " + c.Cost.Vendor.String() + " USD.")
	case difference.IsZero():
		add("The vendor stated the same amount.")
	default:
		add(fmt.Sprintf("The vendor stated %s USD. The difference (ledger less vendor) is %s USD.", c.Cost.Vendor, difference))
	}
	add("The ledger does not keep the original attributes of a span. To see these, export the span to a file and run explain --otlp FILE.")
	return doc
}

// call is the bill in one row.
func (w *Walk) call() format.Table {
	c := w.Call
	row := []any{c.TraceID.String(), c.SpanID.String(), c.Billable, c.Cost.Status, nil, nil, nil}
	for i, amount := range []*udecimal.Decimal{c.Cost.Amount, c.Cost.Vendor, w.VendorDifference()} {
		if amount != nil {
			row[4+i] = amount.String()
		}
	}
	return format.Table{Name: "call", Columns: []format.Column{
		{Key: "trace_id", Header: "Trace", Wide: true},
		{Key: "span_id", Header: "Span", Wide: true},
		{Key: "billable", Header: "Billed"},
		{Key: "status", Header: "Price"},
		{Key: "cost_usd", Header: "Cost (USD)"},
		{Key: "vendor_usd", Header: "Vendor's (USD)"},
		{Key: "difference_usd", Header: "Difference (USD)"},
	}, Rows: [][]any{row}}
}

// outcome is the cost, or why there is none.
func (w *Walk) outcome() string {
	cost := &w.Call.Cost
	switch {
	case cost.Amount != nil && w.Call.Billable:
		return cost.Amount.String() + " USD"
	case cost.Amount != nil:
		return cost.Amount.String() + " USD, not billed"
	}
	return strings.TrimSpace(cmp.Or(cost.Status, "never priced") + " " + cost.Reason)
}

// sent tables the attributes that the sender set, without the token counts.
func (w *Walk) sent() format.Table {
	c := w.Call
	table := format.Table{Name: "sent", Title: "Reported by the sender", Columns: []format.Column{
		{Key: "what", Header: "What"}, {Key: "value", Header: "Value"},
	}}
	add := func(what, value string) {
		if value != "" {
			table.Rows = append(table.Rows, []any{what, value})
		}
	}
	add("started", c.Start.Format(time.RFC3339Nano))
	add("received", c.Received.Format(time.RFC3339Nano))
	add("service", c.Service)
	add("dialect", c.Dialect)
	add("seen by", Claim(c.Claim))
	add("provider", c.Provider)
	add("server", c.ServerAddress)
	add("operation", c.Operation)
	add("requested model", c.RequestModel)
	add("answering model", c.ResponseModel)
	add("response id", c.ResponseID)
	add("requested tier", c.Terms.RequestedTier)
	add("served tier", c.ServiceTier)
	add("speed", c.Terms.Speed)
	add("region", cmp.Or(c.Terms.Region, c.Terms.InferenceGeo))
	add("search context size", c.Terms.SearchContextSize)
	if c.StatusCode != 0 {
		add("status code", strconv.Itoa(c.StatusCode))
	}
	if c.Attempt != 0 {
		add("retry", strconv.Itoa(c.Attempt))
	}
	add("error", c.ErrorType)
	add("usage", c.UsageSource)
	return table
}

// usageTable lists the counts after normalisation: totals that include their
// parts.
func usageTable(c *ledger.Call) format.Table {
	table := format.Table{
		Name: "usage", Title: "Usage after normalization", Empty: "no usage",
		Columns: []format.Column{
			{Key: "attribute", Header: "Attribute"},
			{Key: "quantity", Header: "Quantity", Kind: format.Count},
			{Key: "unit", Header: "Unit"},
			{Key: "part_of", Header: "Part of"},
		},
	}
	for f := range usage.NumBilled {
		if c.Usage[f] == 0 {
			continue
		}
		var whole any
		if total, isPart := f.PartOf(); isPart {
			whole = string(total.Key())
		}
		table.Rows = append(table.Rows, []any{string(f.Key()), c.Usage[f], string(f.Unit()), whole})
	}
	return table
}

// bill is the lines of the price, each with the source of its rate.
func (w *Walk) bill() format.Table {
	table := format.Table{
		Name: "bill", Title: cmp.Or(strings.TrimSpace("Price "+w.Price.Row), "Price"), Empty: "no lines",
		Columns: []format.Column{
			{Key: "kind", Header: "Kind"},
			{Key: "quantity", Header: "Quantity", Kind: format.Count},
			{Key: "rate_usd", Header: "Rate (USD)"},
			{Key: "unit", Header: "Per"},
			{Key: "multiplier", Header: "Times"},
			{Key: "cost_usd", Header: "Cost (USD)"},
			{Key: "from", Header: "Valid from"},
			{Key: "until", Header: "Until"},
			{Key: "sources", Header: "Sources", Wrap: 60},
		},
	}
	sum := udecimal.Zero
	for i := range w.Price.Lines {
		l := &w.Price.Lines[i]
		sum = sum.Add(l.Amount)
		var sources []string
		for _, s := range l.Sources {
			sources = append(sources, s.Key)
		}
		table.Rows = append(table.Rows, []any{
			l.Kind, l.Quantity, l.Rate.String(), l.Unit, l.Multiplier.String(), l.Amount.String(),
			known(l.From), known(l.Until), known(strings.Join(sources, ", ")),
		})
	}
	if len(table.Rows) > 0 {
		table.Total = []any{"total", nil, nil, nil, nil, sum.String(), nil, nil, "catalogue " + w.Call.Cost.CatalogVersion}
	}
	return table
}

// sources are where the rates were read, each once.
func (w *Walk) sources() format.Table {
	table := format.Table{Name: "sources", Title: "Sources of the rates", Columns: []format.Column{
		{Key: "source", Header: "Source"},
		{Key: "title", Header: "Title", Wrap: 90},
		{Key: "read", Header: "Read"},
	}}
	seen := map[string]bool{}
	for i := range w.Price.Lines {
		for _, s := range w.Price.Lines[i].Sources {
			if !seen[s.Key] {
				seen[s.Key] = true
				table.Rows = append(table.Rows, []any{s.Key, s.Title, known(s.Read)})
			}
		}
	}
	return table
}

// known is nil for a text that is not known.
func known(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// others are the spans that are related to the call.
func (w *Walk) others() format.Table {
	table := format.Table{
		Name: "others", Title: "Other spans of this call", Empty: "none",
		Columns: []format.Column{
			{Key: "span_id", Header: "Span"},
			{Key: "claim", Header: "Seen by"},
			{Key: "dialect", Header: "Dialect"},
			{Key: "input_tokens", Header: "Input", Kind: format.Count},
			{Key: "output_tokens", Header: "Output", Kind: format.Count},
			{Key: "cost_usd", Header: "Would cost (USD)"},
			{Key: "billable", Header: "Billed"},
			{Key: "text", Header: "Why", Wrap: 70},
		},
	}
	for i := range w.Others {
		o := &w.Others[i]
		var cost any
		if o.Call.Cost.Amount != nil {
			cost = o.Call.Cost.Amount.String()
		}
		table.Rows = append(table.Rows, []any{
			o.Call.SpanID.String(), Claim(o.Call.Claim), o.Call.Dialect, o.Call.Usage[usage.Input], o.Call.Usage[usage.Output],
			cost, o.Call.Billable, o.Text(),
		})
	}
	return table
}
