package rows

import (
	"maps"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// draft makes a call of what a span says.
type draft struct {
	spans *callspan.Reader

	call      *ledger.Call
	record    *callspan.Record
	malformed string // key of an amount that is none
	tagged    bool   // the tags are the call's own, not its resource's
	limited   int    // values that were cut or left out

	words   [callspan.NumTexts]recent
	reasons recentList
	bills   ledger.BillReader
	amounts []udecimal.Decimal // room for those to come
}

func (d *draft) read(c *ledger.Call, span ptrace.Span) {
	d.call, d.malformed, d.tagged, d.limited = c, "", false, 0
	d.record = d.spans.Read(span, &c.Usage)
	r := d.record

	c.TraceID = ledger.TraceID(span.TraceID())
	c.SpanID = ledger.SpanID(span.SpanID())
	c.ParentSpanID = ledger.SpanID(span.ParentSpanID())
	c.Start = span.StartTimestamp().AsTime()
	if end := span.EndTimestamp(); end > span.StartTimestamp() {
		c.Duration = d.duration(uint64(end - span.StartTimestamp()))
	}
	d.words[callspan.Role].take(&c.Role, r.RoleOf())
	d.word(&c.Operation, callspan.Operation)
	d.word(&c.Provider, callspan.Provider)
	d.word(&c.ServerAddress, callspan.ServerAddress)
	d.word(&c.RequestModel, callspan.RequestModel)
	d.word(&c.ResponseModel, callspan.ResponseModel)
	d.text(&c.ResponseID, callspan.ResponseID)
	d.text(&c.ConversationID, callspan.Conversation)
	d.word(&c.Claim, callspan.Claim)
	d.word(&c.Dialect, callspan.Dialect)
	d.word(&c.UsageSource, callspan.UsageSource)
	d.word(&c.ErrorType, callspan.ErrorType)
	d.word(&c.PromptPrefix, callspan.PromptPrefix)
	d.word(&c.PromptParts, callspan.PromptParts)
	d.text(&c.PromptShares, callspan.PromptShares)
	d.word(&c.PromptName, callspan.PromptName)
	d.word(&c.PromptVersion, callspan.PromptVersion)
	c.PromptPrefixTokens = r.PrefixTokens
	c.StatusCode, c.Attempt = r.Status, r.Attempt
	c.Error = r.Failed
	c.Billable = r.Billable(true)

	for t := callspan.User; t.IsAttribution(); t++ {
		d.word(place(c, t), t)
	}
	for i := range r.Tags {
		d.tag(r.Tags[i].Key, r.Tags[i].Value)
	}
	d.word(&c.Workflow, callspan.Workflow)
	d.word(&c.Agent, callspan.Agent)
	d.word(&c.Step, callspan.Step)

	c.UsageFields = int(usage.NumBilled)
	clear(c.Usage[usage.NumBilled:]) // no column has them
	d.word(&c.ServiceTier, callspan.ServedTier)
	d.word(&c.Terms.RequestedTier, callspan.RequestedTier)
	d.word(&c.Terms.Speed, callspan.Speed)
	d.word(&c.Terms.InferenceGeo, callspan.InferenceGeo)
	d.word(&c.Terms.Region, callspan.Region)
	d.word(&c.Terms.SearchContextSize, callspan.SearchContextSize)
	c.Streamed, c.Aborted = r.Streamed, r.Aborted
	if r.FirstChunk > 0 { // to the microsecond: what is beyond is the double's, not the clock's
		c.TimeToFirstChunk = time.Duration(r.FirstChunk * float64(time.Second)).Round(time.Microsecond)
	}
	if r.Finish.Type() == pcommon.ValueTypeSlice {
		c.FinishReasons = d.reasons.take(r.Finish.Slice())
	}

	d.word(&c.Cost.Status, callspan.CostStatus)
	d.word(&c.Cost.Reason, callspan.CostReason)
	d.word(&c.Cost.Currency, callspan.CostCurrency)
	d.word(&c.Cost.CatalogVersion, callspan.CostCatalogue)
	c.Cost.Bill = d.bill(r.Text(callspan.CostLines))
	if r.CostFlags.Type() == pcommon.ValueTypeSlice {
		c.Cost.Flags = texts(r.CostFlags.Slice())
	}
	c.Cost.Amount = d.amount(callspan.CostAmount, string(semconv.CostAmount))
	c.Cost.Vendor = d.amount(callspan.VendorAmount, string(semconv.CostVendorAmount))
}

// place is where an attribution goes.
func place(c *ledger.Call, t callspan.Text) *string {
	switch t {
	case callspan.User:
		return &c.User
	case callspan.Department:
		return &c.Department
	case callspan.Application:
		return &c.Application
	case callspan.Team:
		return &c.Team
	case callspan.CostCenter:
		return &c.CostCenter
	}
	return &c.Purpose
}

// word takes a text of few values.
func (d *draft) word(to *string, t callspan.Text) {
	if d.record.Has(t) {
		s := d.record.Text(t)
		d.measure(s)
		d.words[t].take(to, s)
	}
}

// text takes a text that differs from call to call.
func (d *draft) text(to *string, t callspan.Text) {
	if s := d.record.Text(t); s != "" {
		d.measure(s)
		*to = clean(s)
	}
}

// attribution reads what may be on a resource as well as on a span.
func (d *draft) attribution(key string, v pcommon.Value) {
	t, s, tag, ok := callspan.Attribution(key, v)
	switch {
	case !ok:
	case tag != "":
		d.tag(tag, v)
	default:
		d.measure(s)
		*place(d.call, t) = clean(s)
	}
}

// tag never writes to a map that another span of the resource shares.
func (d *draft) tag(key string, v pcommon.Value) {
	if !d.tagged {
		tags := make(map[string]string, len(d.call.Tags)+1)
		maps.Copy(tags, d.call.Tags)
		d.call.Tags, d.tagged = tags, true
	}
	if _, known := d.call.Tags[key]; !known && len(d.call.Tags) >= ledger.MaxTags {
		d.limited++
		return
	}
	value := v.AsString()
	d.measure(value)
	d.call.Tags[key] = clean(value)
}

// duration is zero, which is not known, for what no call takes.
func (d *draft) duration(nanoseconds uint64) time.Duration {
	if nanoseconds > uint64(ledger.MaxDuration) {
		d.limited++
		return 0
	}
	return time.Duration(nanoseconds)
}

// measure counts a text that will be cut.
func (d *draft) measure(s string) {
	if len(s) > ledger.MaxTextBytes {
		d.limited++
	}
}

// bill keeps a bill whole, or not at all.
func (d *draft) bill(text string) ledger.Bill {
	if len(text) > ledger.MaxDocumentBytes {
		d.limited++
		return ledger.Bill{}
	}
	bill := d.bills.Read(text)
	if !bill.Valid() {
		bill = d.bills.Read(ledger.MakeValid(text))
	}
	return bill
}

// amountsAtOnce is how many amounts are allocated together: they end together,
// with their batch.
const amountsAtOnce = 128

func (d *draft) amount(t callspan.Text, key string) *udecimal.Decimal {
	if !d.record.Has(t) {
		return nil
	}
	amount, ok := d.record.Amount(t)
	if !ok || !ledger.ValidAmount(amount) {
		if d.malformed == "" {
			d.malformed = key
		}
		return nil
	}
	if len(d.amounts) == cap(d.amounts) {
		d.amounts = make([]udecimal.Decimal, 0, amountsAtOnce)
	}
	d.amounts = append(d.amounts, amount)
	return &d.amounts[len(d.amounts)-1]
}

func texts(list pcommon.Slice) []string {
	kept := make([]string, 0, min(list.Len(), ledger.MaxListTexts))
	for _, item := range list.All() {
		if len(kept) == ledger.MaxListTexts {
			break
		}
		if item.Type() == pcommon.ValueTypeStr {
			kept = append(kept, clean(item.Str()))
		}
	}
	return kept
}
