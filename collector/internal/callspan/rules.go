package callspan

import (
	"math"
	"strconv"

	"github.com/quagmt/udecimal"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// roles are those of operations, for spans that no normaliser has seen.
var roles = map[string]string{
	semconv.OperationChat:            semconv.RoleLLM,
	semconv.OperationGenerateContent: semconv.RoleLLM,
	semconv.OperationTextCompletion:  semconv.RoleLLM,
	semconv.OperationEmbeddings:      semconv.RoleEmbeddings,
	semconv.OperationInvokeAgent:     semconv.RoleAgent,
	semconv.OperationCreateAgent:     semconv.RoleAgent,
	semconv.OperationInvokeWorkflow:  semconv.RoleWorkflow,
	semconv.OperationExecuteTool:     semconv.RoleTool,
	semconv.OperationRetrieval:       semconv.RoleRetrieval,
	semconv.OperationPlan:            semconv.RolePlan,
}

// RoleOf is the role that a normaliser gave the span, else its operation's.
func (r *Record) RoleOf() string {
	if r.Has(Role) {
		return r.texts[Role]
	}
	return roles[r.texts[Operation]]
}

// RoleIn is Record.RoleOf of a span that has not been read.
func RoleIn(attrs pcommon.Map) string {
	if role, ok := attrs.Get(string(semconv.SpanRole)); ok {
		return role.Str()
	}
	operation, ok := attrs.Get(string(semconv.OperationName))
	if !ok {
		return ""
	}
	return roles[operation.Str()]
}

// Billable reports whether the call is billed through the span, as far as the
// span knows; fallback where it says nothing.
func (r *Record) Billable(fallback bool) bool {
	if r.decided {
		return r.billable
	}
	return fallback
}

// Priced reports whether the span is to be priced. A span of a call that is not
// the one billed is priced too: the ledger settles between these spans
// when all have arrived. Where no normaliser has said which spans those are,
// the model operations are.
func (r *Record) Priced() bool {
	if r.decided {
		return r.billable || r.texts[Claim] != ""
	}
	switch roles[r.texts[Operation]] {
	case semconv.RoleLLM, semconv.RoleEmbeddings:
		return true
	}
	return false
}

// NoUsage reports a call of which the vendor's answer carried no usage.
func (r *Record) NoUsage() bool {
	return r.texts[UsageSource] == semconv.UsageMissing || r.Given == 0
}

// Unbilled reports a call that no vendor bills: its answer was an error status,
// or it never reached the vendor.
func Unbilled(usageSource string, status int, errorType string) bool {
	if usageSource == semconv.UsageNone || status >= 400 {
		return true
	}
	if len(errorType) != len("500") {
		return false
	}
	code, err := strconv.Atoi(errorType)
	return err == nil && code >= 400 && code < 600
}

// FinalCharge reports that the vendor's amount was read off a whole answer, so that 0
// means no charge. The head of a stream comes before the cost is known,
// and emitters that price calls on their own write 0 for a model they do not know.
func FinalCharge(claim string, streamed bool) bool {
	return !streamed && (claim == semconv.ClaimTransport || claim == semconv.ClaimBatch)
}

// Refused reports a refusal among the finish reasons, which some vendors do not
// bill.
func (r *Record) Refused() bool {
	if r.Finish.Type() != pcommon.ValueTypeSlice {
		return false
	}
	for _, reason := range r.Finish.Slice().All() {
		if reason.Str() == semconv.FinishRefusal {
			return true
		}
	}
	return false
}

// amountOf is the amount of a vendor that is no text, without an exponent.
func amountOf(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeDouble {
		return strconv.FormatFloat(v.Double(), 'f', -1, 64)
	}
	return ""
}

// Amount reads an amount of money that the span has; ok is false where it has
// none, or none that is a number.
func (r *Record) Amount(t Text) (amount udecimal.Decimal, ok bool) {
	if r.texts[t] == "" {
		return amount, false
	}
	amount, err := udecimal.Parse(r.texts[t])
	if t == VendorAmount && (err != nil || amount.Prec() > ledger.Scale) {
		return rounded(r.texts[t])
	}
	return amount, err == nil
}

// rounded is a vendor's amount with as many decimals as a store has. Emitters
// calculate in binary floating point: 0.0076265 arrives as 0.0076265000000000005 or
// as 7.6265000000000005e-03.
func rounded(text string) (amount udecimal.Decimal, ok bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return amount, false
	}
	amount, err = udecimal.Parse(strconv.FormatFloat(f, 'f', ledger.Scale, 64))
	return amount, err == nil
}
