package rows

import (
	"maps"
	"math"
	"time"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/internal/keyorder"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// draft reads the attributes of a span into a call; what only an agent span has
// is next to it.
type draft struct {
	keys *keyorder.Finder[*attribute]

	call       *ledger.Call
	usage      callspan.Usage
	tool       string
	stepNumber int
	malformed  string // first key of an amount that is none
	roleSaid   bool   // by the normaliser
	tagged     bool   // the tags are the call's own, not its resource's
	limited    int    // values that were cut or left out

	reasons recentList
	amounts []udecimal.Decimal // room for those to come
}

func (d *draft) read(c *ledger.Call, span ptrace.Span) {
	d.call, d.tool, d.stepNumber, d.malformed, d.roleSaid, d.tagged, d.limited = c, "", 0, "", false, false, 0
	c.TraceID = ledger.TraceID(span.TraceID())
	c.SpanID = ledger.SpanID(span.SpanID())
	c.ParentSpanID = ledger.SpanID(span.ParentSpanID())
	c.Start = span.StartTimestamp().AsTime()
	if end := span.EndTimestamp(); end > span.StartTimestamp() {
		c.Duration = d.duration(uint64(end - span.StartTimestamp()))
	}
	c.Billable = true // unless an attribute says otherwise
	c.UsageFields = int(usage.NumBilled)
	d.usage.Begin(&c.Usage)
	d.keys.Begin()
	for key, value := range span.Attributes().All() {
		switch a := d.keys.Find(key); {
		case a.word != nil:
			d.measure(value)
			a.recent.take(a.word(c), value)
		case a.counted:
			d.usage.Read(a.count, key, value)
		case a.text != nil:
			d.measure(value)
			text(a.text(c), value)
		case a.other != nil:
			a.other(d, key, value)
		case a.tag != "":
			d.tag(a.tag, value)
		}
	}
	d.usage.End()
	c.Error = span.Status().Code() == ptrace.StatusCodeError || c.ErrorType != ""
	if !d.roleSaid {
		c.Role = operationRoles[c.Operation]
	}
}

// attribution reads what may be on a resource as well as on a span.
func (d *draft) attribution(key string, v pcommon.Value) {
	switch a := attributionOf(key); {
	case a.word != nil:
		d.measure(v)
		text(a.word(d.call), v)
	case a.tag != "":
		d.tag(a.tag, v)
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
	if len(value) > ledger.MaxTextBytes {
		d.limited++
	}
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
func (d *draft) measure(v pcommon.Value) {
	if v.Type() == pcommon.ValueTypeStr && len(v.Str()) > ledger.MaxTextBytes {
		d.limited++
	}
}

// document keeps a structured text whole, or not at all.
func (d *draft) document(to *string, v pcommon.Value) {
	if v.Type() != pcommon.ValueTypeStr {
		return
	}
	if len(v.Str()) > ledger.MaxDocumentBytes {
		d.limited++
		return
	}
	*to = valid(v.Str())
}

// text keeps a string; a scalar of another kind is written out, so that a user
// id sent as a number still names its user.
func text(to *string, v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		*to = clean(v.Str())
	case pcommon.ValueTypeInt, pcommon.ValueTypeBool, pcommon.ValueTypeDouble:
		*to = v.AsString()
	}
}

// amountsAtOnce is how many amounts are allocated together: they end together,
// with their batch.
const amountsAtOnce = 128

func (d *draft) amount(key string, v pcommon.Value) *udecimal.Decimal {
	if v.Type() == pcommon.ValueTypeStr {
		if amount, err := udecimal.Parse(v.Str()); err == nil && ledger.ValidAmount(amount) {
			if len(d.amounts) == cap(d.amounts) {
				d.amounts = make([]udecimal.Decimal, 0, amountsAtOnce)
			}
			d.amounts = append(d.amounts, amount)
			return &d.amounts[len(d.amounts)-1]
		}
	}
	d.refuse(key)
	return nil
}

func (d *draft) refuse(key string) {
	if d.malformed == "" {
		d.malformed = key
	}
}

func texts(v pcommon.Value) []string {
	if v.Type() != pcommon.ValueTypeSlice {
		return nil
	}
	list := make([]string, 0, min(v.Slice().Len(), ledger.MaxListTexts))
	for _, item := range v.Slice().All() {
		if len(list) == ledger.MaxListTexts {
			break
		}
		if item.Type() == pcommon.ValueTypeStr {
			list = append(list, clean(item.Str()))
		}
	}
	return list
}

func small(v pcommon.Value) int {
	if v.Type() != pcommon.ValueTypeInt || v.Int() < 0 || v.Int() > math.MaxUint16 {
		return 0
	}
	return int(v.Int())
}

// seconds reads a duration, given as a double, to the microsecond: what is
// beyond is the double's, not the clock's.
func seconds(v pcommon.Value) time.Duration {
	var s float64
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		s = v.Double()
	case pcommon.ValueTypeInt:
		s = float64(v.Int())
	}
	if !(s > 0 && s <= ledger.MaxDuration.Seconds()) { // NaN is neither
		return 0
	}
	return time.Duration(s * float64(time.Second)).Round(time.Microsecond)
}
