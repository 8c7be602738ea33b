package genaicostprocessor

import (
	"strconv"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/collector/internal/keyorder"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func isModelOperation(operation string) bool {
	switch operation {
	case semconv.OperationChat, semconv.OperationGenerateContent,
		semconv.OperationTextCompletion, semconv.OperationEmbeddings:
		return true
	}
	return false
}

// reading holds what a span says of a call.
type reading struct {
	call  pricing.Call
	usage callspan.Usage

	decided   bool  // a normaliser has said whether the span is a call
	yes       bool  // it is
	operation bool  // the operation is a model's
	has       parts // of a cost, which the span carried before
}

// parts is a set of the cost attributes that not every priced call has.
type parts uint8

const (
	partAmount parts = 1 << iota // and the currency
	partReason
	partDetail
	partLineItems
	partFlags
)

// reader reads one span after another, for one goroutine.
type reader struct {
	keys    *keyorder.Finder[attribute]
	reading reading
}

func newReader() reader { return reader{keys: keyorder.New(attributeOf)} }

// read goes over the attributes of a span, once. The reading is valid until the
// next.
func (rd *reader) read(span ptrace.Span) *reading {
	r := &rd.reading
	*r = reading{}
	r.usage.Begin(&r.call.Usage)
	start := span.StartTimestamp().AsTime()
	r.call.Start = start
	r.call.Duration = span.EndTimestamp().AsTime().Sub(start)
	rd.keys.Begin()
	for key, value := range span.Attributes().All() {
		switch a := rd.keys.Find(key); {
		case a.counted:
			r.usage.Read(a.count, key, value)
		case a.text != nil:
			*a.text(&r.call) = value.Str()
		case a.take != nil:
			a.take(r, value)
		}
	}
	r.call.NoUsage = r.call.NoUsage || r.usage.Given == 0
	r.usage.End()
	return r
}

// readFinish takes the one finish reason that some vendors do not bill.
func (r *reading) readFinish(v pcommon.Value) {
	if v.Type() != pcommon.ValueTypeSlice {
		return
	}
	for _, reason := range v.Slice().All() {
		r.call.Refused = r.call.Refused || reason.Str() == semconv.FinishRefusal
	}
}

// concerns reports whether the span is to be priced. A witness of a call that is
// not the one billed is priced too: the ledger settles between the witnesses
// when all have arrived. Where no normaliser has said which spans those are,
// the model operations are.
func (r *reading) concerns() bool {
	return r.decided && r.yes || !r.decided && r.operation
}

func (r *reading) readVendor(value pcommon.Value) {
	var text string
	switch value.Type() {
	case pcommon.ValueTypeStr:
		text = value.Str()
	case pcommon.ValueTypeDouble:
		text = strconv.FormatFloat(value.Double(), 'f', -1, 64)
	}
	if amount, err := udecimal.Parse(text); err == nil {
		r.call.VendorCost = &amount
	}
}
