package callspan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

type attribute struct {
	key   string
	value any
}

func spanOf(t *testing.T, attributes ...attribute) ptrace.Span {
	t.Helper()
	span := ptrace.NewSpan()
	for _, a := range attributes {
		require.NoError(t, span.Attributes().PutEmpty(a.key).FromRaw(a.value))
	}
	return span
}

func TestReader_GivesTheTextOfEveryKind(t *testing.T) {
	rd := callspan.NewReader()
	var counts usage.Counts
	for name, tt := range map[string]struct {
		of         callspan.Text
		attributes []attribute
		want       string
	}{
		"a text":                       {callspan.User, []attribute{{"user.id", "u-1"}}, "u-1"},
		"a number is written out":      {callspan.User, []attribute{{"user.id", int64(4711)}}, "4711"},
		"a list is none":               {callspan.User, []attribute{{"user.id", []any{"u-1"}}}, ""},
		"the general tier alone":       {callspan.ServedTier, []attribute{{"spanledger.response.service_tier", "flex"}}, "flex"},
		"a vendor's tier alone":        {callspan.ServedTier, []attribute{{"openai.response.service_tier", "priority"}}, "priority"},
		"the general tier comes first": {callspan.ServedTier, []attribute{{"spanledger.response.service_tier", "flex"}, {"openai.response.service_tier", "priority"}}, "flex"},
		"the vendor's tier does":       {callspan.ServedTier, []attribute{{"openai.response.service_tier", "priority"}, {"spanledger.response.service_tier", "flex"}}, "flex"},
		"an amount that is a double":   {callspan.VendorAmount, []attribute{{"spanledger.cost.vendor_amount", 0.00001}}, "0.00001"},
		"our own is never one":         {callspan.CostAmount, []attribute{{"spanledger.cost.amount", 0.5}}, ""},
		"what the span before it had":  {callspan.Agent, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			rd.Read(spanOf(t, attribute{"gen_ai.agent.name", "planner"}), &counts)
			assert.Equal(t, tt.want, rd.Read(spanOf(t, tt.attributes...), &counts).Text(tt.of))
		})
	}
}

func TestRecord_Amount(t *testing.T) {
	rd := callspan.NewReader()
	for name, tt := range map[string]struct {
		of     callspan.Text
		key    string
		value  any
		amount string // empty: none
	}{
		"a text":                               {callspan.VendorAmount, "spanledger.cost.vendor_amount", "0.0076265", "0.0076265"},
		"a text of 18 decimals":                {callspan.VendorAmount, "spanledger.cost.vendor_amount", "0.000000000000000001", "0.000000000000000001"},
		"a double":                             {callspan.VendorAmount, "spanledger.cost.vendor_amount", 0.0076265000000000005, "0.0076265"},
		"a double, as a text":                  {callspan.VendorAmount, "spanledger.cost.vendor_amount", "0.0076265000000000005", "0.0076265"},
		"a small double, as a text":            {callspan.VendorAmount, "spanledger.cost.vendor_amount", "0.00000012300000000000001", "0.000000123"},
		"an exponent":                          {callspan.VendorAmount, "spanledger.cost.vendor_amount", "7.5e-05", "0.000075"},
		"no number":                            {callspan.VendorAmount, "spanledger.cost.vendor_amount", "none", ""},
		"infinity":                             {callspan.VendorAmount, "spanledger.cost.vendor_amount", "Inf", ""},
		"beyond any amount":                    {callspan.VendorAmount, "spanledger.cost.vendor_amount", "1e300", ""},
		"our own amount is not rounded":        {callspan.CostAmount, "spanledger.cost.amount", "0.0076265000000000005", "0.0076265000000000005"},
		"our own amount never has an exponent": {callspan.CostAmount, "spanledger.cost.amount", "7.5e-05", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var counts usage.Counts
			amount, ok := rd.Read(spanOf(t, attribute{tt.key, tt.value}), &counts).Amount(tt.of)
			assert.Equal(t, tt.amount != "", ok)
			if ok {
				assert.Equal(t, tt.amount, amount.String())
			}
		})
	}
}

func TestReader_KeepsTags(t *testing.T) {
	var counts usage.Counts
	r := callspan.NewReader().Read(spanOf(t, attribute{"spanledger.tag.project", "apollo"}, attribute{"spanledger.tag.", "no key"}), &counts)
	require.Len(t, r.Tags, 1)
	assert.Equal(t, "project apollo", r.Tags[0].Key+" "+r.Tags[0].Value.AsString())
}

func TestRecord_Priced(t *testing.T) {
	rd := callspan.NewReader()
	for name, tt := range map[string]struct {
		attributes []attribute
		want       bool
	}{
		"a call that is billed":                            {[]attribute{{"spanledger.billable", true}}, true},
		"a span of a call that another span is billed for": {[]attribute{{"spanledger.billable", false}, {"spanledger.claim", "framework"}}, true},
		"a span that is none":                              {[]attribute{{"spanledger.billable", false}, {"gen_ai.operation.name", "chat"}}, false},
		"a model operation":                                {[]attribute{{"gen_ai.operation.name", "chat"}}, true},
		"embeddings":                                       {[]attribute{{"gen_ai.operation.name", "embeddings"}}, true},
		"another operation":                                {[]attribute{{"gen_ai.operation.name", "execute_tool"}}, false},
		"a claim without a normaliser":                     {[]attribute{{"spanledger.claim", "framework"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var counts usage.Counts
			assert.Equal(t, tt.want, rd.Read(spanOf(t, tt.attributes...), &counts).Priced())
		})
	}
}

func TestRecord_Failed(t *testing.T) {
	rd := callspan.NewReader()
	var counts usage.Counts
	assert.False(t, rd.Read(spanOf(t), &counts).Failed)
	assert.True(t, rd.Read(spanOf(t, attribute{"error.type", "timeout"}), &counts).Failed)
	span := spanOf(t)
	span.Status().SetCode(ptrace.StatusCodeError)
	assert.True(t, rd.Read(span, &counts).Failed)
}

func TestUnbilled(t *testing.T) {
	for name, tt := range map[string]struct {
		source    string
		status    int
		errorType string
		want      bool
	}{
		"a good answer":                {"", 200, "", false},
		"no status":                    {"", 0, "", false},
		"an error status":              {"", 429, "", true},
		"a status as the error":        {"", 0, "500", true},
		"an error that is no status":   {"", 200, "timeout", false},
		"a number that is no status":   {"", 200, "600", false},
		"a call that was never sent":   {"none", 0, "", true},
		"an answer cut off in between": {"missing", 200, "io", false},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, callspan.Unbilled(tt.source, tt.status, tt.errorType)) })
	}
}

func TestAttribution(t *testing.T) {
	v := pcommon.NewValueStr("claims")
	text, value, _, ok := callspan.Attribution("spanledger.department", v)
	assert.True(t, ok)
	assert.Equal(t, callspan.Department, text)
	assert.Equal(t, "claims", value)
	_, _, tag, ok := callspan.Attribution("spanledger.tag.project", v)
	assert.True(t, ok)
	assert.Equal(t, "project", tag)
	_, _, _, ok = callspan.Attribution("gen_ai.request.model", v)
	assert.False(t, ok)
}
