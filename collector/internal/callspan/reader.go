package callspan

import (
	"math"
	"math/bits"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/keyorder"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Reader reads one span after another, for one goroutine. It is worth keeping
// from batch to batch: it learns which keys come.
type Reader struct {
	keys   *keyorder.Finder[*meaning]
	record Record
}

// NewReader returns a reader that has read nothing.
func NewReader() *Reader { return &Reader{keys: keyorder.New(meaningOf)} }

// Record holds the attributes of a span. Its texts are those of the span, uncut.
type Record struct {
	Usage

	texts [NumTexts]string
	has   uint64 // a bit for each text

	Tags []Tag

	billable, decided bool

	Streamed         bool
	Aborted          bool    // the caller stopped reading before the end
	FirstChunk       float64 // seconds to it; negative where none is known
	Status           int     // of HTTP; 0 = not known
	Attempt          int
	StepNumber       int
	ServerPort       int64
	PrefixTokens     int64
	TotalUnexplained bool
	Failed           bool // the span's status or its error type says so

	Finish    pcommon.Value // reasons; of type empty where there are none
	CostFlags pcommon.Value // as Finish
}

// HasCost tells whether the span has any attribute that genai_cost writes.
func (r *Record) HasCost() bool {
	const written = 1<<(lastCost+1) - 1<<firstCost
	return r.has&written != 0 || r.CostFlags.Type() != pcommon.ValueTypeEmpty
}

// Tag is a free attribution, by its key as it is stored: without the prefix.
type Tag struct {
	Key   string
	Value pcommon.Value
}

// Text gives the text of an attribute; "" where the span has none.
func (r *Record) Text(t Text) string { return r.texts[t] }

// Has tells whether the span has the attribute, whatever its value.
func (r *Record) Has(t Text) bool { return r.has&(1<<t) != 0 }

// meaning says where an attribute goes: at most one of these is set.
type meaning struct {
	kind  kind
	text  Text
	count usage.Attribute
	tag   string
	other func(r *Record, v pcommon.Value)
}

type kind uint8

const (
	isNothing kind = iota
	isText
	isYielding // text that another key of it goes before
	isCount
	isTag
	isOther
)

func meaningOf(key string) *meaning {
	if t, known := texts[key]; known {
		if yields(key) {
			return &meaning{kind: isYielding, text: t}
		}
		return &meaning{kind: isText, text: t}
	}
	if count, known := usage.ByKey(key); known {
		return &meaning{kind: isCount, count: count}
	}
	if tag := tagOf(key); tag != "" {
		return &meaning{kind: isTag, tag: tag}
	}
	if other, known := others[key]; known {
		return &meaning{kind: isOther, other: other}
	}
	return &meaning{}
}

var others = map[string]func(*Record, pcommon.Value){
	string(semconv.Billable):                 func(r *Record, v pcommon.Value) { r.billable, r.decided = v.Bool(), true },
	string(semconv.RequestStream):            func(r *Record, v pcommon.Value) { r.Streamed = v.Bool() },
	string(semconv.ResponseTimeToFirstChunk): func(r *Record, v pcommon.Value) { r.FirstChunk = seconds(v) },
	string(semconv.StreamAborted):            func(r *Record, v pcommon.Value) { r.Aborted = v.Bool() },
	string(semconv.HTTPStatusCode):           func(r *Record, v pcommon.Value) { r.Status = small(v) },
	string(semconv.RequestAttempt):           func(r *Record, v pcommon.Value) { r.Attempt = small(v) },
	string(semconv.StepNumber):               func(r *Record, v pcommon.Value) { r.StepNumber = small(v) },
	string(semconv.ServerPort):               func(r *Record, v pcommon.Value) { r.ServerPort, _ = Count(v, math.MaxUint16) },
	// No part of the bill: what is no count is none.
	string(semconv.PromptPrefixTokens):    func(r *Record, v pcommon.Value) { r.PrefixTokens = max(0, v.Int()) },
	string(semconv.UsageUnexplained):      func(r *Record, v pcommon.Value) { r.TotalUnexplained = v.Int() > 0 },
	string(semconv.ResponseFinishReasons): func(r *Record, v pcommon.Value) { r.Finish = v },
	string(semconv.CostFlags):             func(r *Record, v pcommon.Value) { r.CostFlags = v },
}

var nothing = pcommon.NewValueEmpty()

// Read goes over the attributes of a span, once. Its counts go to the given
// place, which is empty. The record is valid until the next.
func (rd *Reader) Read(span ptrace.Span, counts *usage.Counts) *Record {
	r := &rd.record
	before := r.has
	r.begin(counts)
	rd.keys.Begin()
	for key, v := range span.Attributes().All() {
		switch m := rd.keys.Find(key); m.kind {
		case isText:
			r.has |= 1 << m.text
			if r.texts[m.text] = v.Str(); r.texts[m.text] == "" {
				r.texts[m.text] = otherText(m.text, v)
			}
		case isCount:
			r.Usage.Read(m.count, key, v)
		case isTag:
			r.Tags = append(r.Tags, Tag{m.tag, v})
		case isOther:
			m.other(r, v)
		case isYielding:
			if !r.Has(m.text) || r.texts[m.text] == "" {
				r.has |= 1 << m.text
				r.texts[m.text] = textOf(v)
			}
		}
	}
	// What the span before had and this one has not: mostly nothing.
	for left := before &^ r.has; left != 0; left &= left - 1 {
		r.texts[bits.TrailingZeros64(left)] = ""
	}
	r.End()
	r.Failed = span.Status().Code() == ptrace.StatusCodeError || r.texts[ErrorType] != ""
	return r
}

// begin empties the record but for its texts.
func (r *Record) begin(counts *usage.Counts) {
	r.Usage = Usage{counts: counts}
	r.has, r.Tags = 0, r.Tags[:0]
	r.billable, r.decided = false, false
	r.Streamed, r.Aborted, r.FirstChunk, r.Status, r.Attempt, r.StepNumber = false, false, -1, 0, 0, 0
	r.ServerPort, r.PrefixTokens, r.TotalUnexplained = 0, 0, false
	r.Finish, r.CostFlags = nothing, nothing
}

// otherText is the text of a value that is no text, or an empty one.
func otherText(t Text, v pcommon.Value) string {
	switch t {
	case CostAmount: // ours, and exact: never another kind
		return ""
	case VendorAmount:
		return amountOf(v)
	}
	return textOf(v)
}

// Forget releases the span that was read last.
func (rd *Reader) Forget() {
	tags := rd.record.Tags[:cap(rd.record.Tags)]
	clear(tags)
	rd.record = Record{Tags: tags[:0]}
}

// Attribution reads an attribute of a resource: a text or a tag that its spans
// have unless they say otherwise. ok is false for any other.
func Attribution(key string, v pcommon.Value) (t Text, text string, tag string, ok bool) {
	if tag := tagOf(key); tag != "" {
		return 0, "", tag, true
	}
	t, known := texts[key]
	if !known || !t.IsAttribution() {
		return 0, "", "", false
	}
	return t, textOf(v), "", true
}

// tagOf is the key of a tag without the prefix, as it is stored; "" for another.
func tagOf(key string) string {
	tag, ok := strings.CutPrefix(key, semconv.TagPrefix)
	if !ok {
		return ""
	}
	return ledger.LimitText(ledger.MakeValid(tag), ledger.MaxTagKeyBytes)
}

// TextOf gives the text of an attribute of a resource.
func TextOf(v pcommon.Value) string { return textOf(v) }

func small(v pcommon.Value) int {
	if v.Type() != pcommon.ValueTypeInt || v.Int() < 0 || v.Int() > math.MaxUint16 {
		return 0
	}
	return int(v.Int())
}

// seconds is negative for what is no duration of a call.
func seconds(v pcommon.Value) float64 {
	s := -1.0
	switch v.Type() {
	case pcommon.ValueTypeDouble:
		s = v.Double()
	case pcommon.ValueTypeInt:
		s = float64(v.Int())
	}
	if !(s >= 0 && s <= ledger.MaxDuration.Seconds()) { // NaN is neither
		return -1
	}
	return s
}
