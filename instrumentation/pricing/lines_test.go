package pricing_test

import (
	"testing"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func TestParseLines_ReadsWhatAppendLinesWrites(t *testing.T) {
	one := udecimal.MustFromInt64(1, 0)
	lines := []pricing.Line{
		{Kind: "input", Quantity: 3000, Rate: udecimal.MustParse("0.25"), Per: 1_000_000, Multiplier: one, Amount: udecimal.MustParse("0.00075")},
		{Kind: "output", Quantity: 7, Rate: udecimal.MustParse("2"), Per: 1_000_000, Multiplier: udecimal.MustParse("0.5"), Amount: udecimal.MustParse("0.000007")},
		{Kind: "web_search", Rate: udecimal.MustParse("10"), Per: 1000, Multiplier: one},
	}
	for n := range len(lines) + 1 {
		text := string(pricing.AppendLines(nil, lines[:n]))
		read, ok := pricing.ParseLines(nil, text)
		require.True(t, ok, text)
		require.Len(t, read, n)
		for i := range read {
			assert.Equal(t, lines[i].Kind, read[i].Kind)
			assert.Equal(t, lines[i].Quantity, read[i].Quantity)
			assert.Equal(t, lines[i].Per, read[i].Per)
			assert.True(t, lines[i].Rate.Equal(read[i].Rate) && lines[i].Multiplier.Equal(read[i].Multiplier) && lines[i].Amount.Equal(read[i].Amount), text)
		}
		assert.Equal(t, text, string(pricing.AppendLines(nil, read)))
	}
}

func TestParseLines_RefusesOtherForms(t *testing.T) {
	whole := string(pricing.AppendLines(nil, []pricing.Line{{Kind: "input", Quantity: 1, Per: 1000, Rate: udecimal.MustParse("2"), Multiplier: udecimal.MustParse("3")}}))
	before := []pricing.Line{{Kind: "before"}}
	for n := range len(whole) {
		lines, ok := pricing.ParseLines(before, whole[:n])
		assert.False(t, ok, whole[:n])
		assert.Len(t, lines, 1, "nothing is appended")
	}
	for _, text := range []string{"", "null", whole + " ", "[" + whole + "]", `[{"unit":"input"}]`, `[{"quantity":1,"kind":"input"}]`} {
		_, ok := pricing.ParseLines(nil, text)
		assert.False(t, ok, text)
	}
}

func BenchmarkParseLines(b *testing.B) {
	const text = `[{"kind":"input","quantity":3000,"rate_usd":"0.25","per":1000000,"cost_usd":"0.00075"},` +
		`{"kind":"cache_read","quantity":3000,"rate_usd":"0.025","per":1000000,"cost_usd":"0.000075"},` +
		`{"kind":"output","quantity":500,"rate_usd":"2","per":1000000,"cost_usd":"0.001"}]`
	var lines []pricing.Line
	b.ReportAllocs()
	for b.Loop() {
		var ok bool
		if lines, ok = pricing.ParseLines(lines[:0], text); !ok {
			b.Fatal("not read")
		}
	}
}
