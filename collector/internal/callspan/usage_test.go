package callspan_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/internal/callspan"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestCount(t *testing.T) {
	most := usage.Input.Max()
	for name, tt := range map[string]struct {
		value any
		want  int64
		fault pricing.Reason
	}{
		"a whole number":            {int64(7), 7, ""},
		"zero":                      {int64(0), 0, ""},
		"a whole double":            {7.0, 7, ""},
		"the largest":               {most, most, ""},
		"the largest double":        {float64(most), most, ""},
		"one more":                  {most + 1, 0, pricing.UsageTooLarge},
		"a double that is one more": {float64(most + 1), 0, pricing.UsageTooLarge},
		"the largest integer":       {int64(math.MaxInt64), 0, pricing.UsageTooLarge},
		"a double above 2^53":       {1e300, 0, pricing.UsageTooLarge},
		"infinity":                  {math.Inf(1), 0, pricing.UsageTooLarge},
		"below zero":                {int64(-1), 0, pricing.NegativeUsage},
		"the smallest integer":      {int64(math.MinInt64), 0, pricing.NegativeUsage},
		"a double below zero":       {-1e300, 0, pricing.NegativeUsage},
		"minus zero":                {math.Copysign(0, -1), 0, ""},
		"a fraction":                {1.5, 0, pricing.MalformedUsage},
		"a fraction below zero":     {-0.5, 0, pricing.MalformedUsage},
		"not a number":              {math.NaN(), 0, pricing.MalformedUsage},
		"a text":                    {"7", 0, pricing.MalformedUsage},
		"nothing":                   {nil, 0, pricing.MalformedUsage},
		"a flag":                    {true, 0, pricing.MalformedUsage},
		"a list of whole numbers":   {[]any{int64(7)}, 0, pricing.MalformedUsage},
		"an object with a number":   {map[string]any{"n": int64(7)}, 0, pricing.MalformedUsage},
		"the bytes of some number":  {[]byte("7"), 0, pricing.MalformedUsage},
	} {
		t.Run(name, func(t *testing.T) {
			v := pcommon.NewValueEmpty()
			assert.NoError(t, v.FromRaw(tt.value))
			n, fault := callspan.Count(v, most)
			assert.Equal(t, tt.want, n)
			assert.Equal(t, tt.fault, fault)
		})
	}
}

func TestUsage_DoesNotDependOnTheOrderOfAttributes(t *testing.T) {
	type attr struct {
		key   string
		value any
	}
	spans := [][]attr{
		{{"gen_ai.usage.cache_write.input_tokens", int64(5)}, {"gen_ai.usage.cache_creation.input_tokens", int64(9)}},
		{{"gen_ai.usage.cached_input_tokens", int64(5)}, {"gen_ai.usage.cache_read_input_tokens", int64(9)}},
		{{"gen_ai.usage.input_tokens", -1.0}, {"gen_ai.usage.output_tokens", "many"}},
		{{"gen_ai.usage.cache_read.input_tokens", int64(0)}, {"gen_ai.usage.cached_input_tokens", int64(3)}},
	}
	read := func(attrs ...attr) (counts usage.Counts, u callspan.Usage) {
		u.Begin(&counts)
		for _, a := range attrs {
			v := pcommon.NewValueEmpty()
			assert.NoError(t, v.FromRaw(a.value))
			meaning, ok := usage.ByKey(a.key)
			assert.True(t, ok, a.key)
			u.Read(meaning, a.key, v)
		}
		return counts, u
	}
	for _, s := range spans {
		counts, u := read(s[0], s[1])
		again, v := read(s[1], s[0])
		assert.Equal(t, counts, again)
		assert.Equal(t, u.Fault, v.Fault)
		assert.Equal(t, u.Detail(), v.Detail())
		assert.Equal(t, u.Given, v.Given)
	}
	counts, _ := read(spans[0]...)
	assert.EqualValues(t, 5, counts[usage.CacheWrite], "the field's own key wins over an alias")
	counts, _ = read(spans[3]...)
	assert.Zero(t, counts[usage.CacheRead], "a zero that is reported is a count")
}
