package ledger

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lineItemTexts are bills of every form, and what is none.
func lineItemTexts(r *rand.Rand) []string {
	texts := []string{"", "[]", "[", "x", `[{"kind":"input"}]`}
	for range 400 {
		var lines []string
		for range r.IntN(5) {
			multiplier := ""
			if r.IntN(3) == 0 {
				multiplier = `,"multiplier":"0.` + fmt.Sprint(1+r.IntN(99)) + `"`
			}
			amount := []string{"0", "0.5", "0.000000000001", "12", "123456", "1234567", "-0.25", "0.0000000000001", "00.5", ".5", "5.", "1e-3", ""}[r.IntN(13)]
			if r.IntN(2) == 0 {
				amount = fmt.Sprintf("%d.%0*d", r.IntN(1000), 1+r.IntN(14), r.IntN(10))
			}
			lines = append(lines, fmt.Sprintf(`{"kind":%q,"quantity":%s,"rate_usd":"%s","per":%d%s,"cost_usd":"%s"}`,
				[]string{"input", "output", "cache_read", "cache_write_5m", "request", "nothing"}[r.IntN(6)],
				[]string{"1000", "0", "-1", "12345678901234567890", ""}[min(4, r.IntN(20)/4)],
				[]string{"1.25", "10", "0.000001", "1.", "-1", "1e3"}[min(5, r.IntN(12)/2)], []int{1_000_000, 1}[r.IntN(2)], multiplier, amount))
		}
		text := "[" + strings.Join(lines, ",") + "]"
		if r.IntN(6) == 0 { // damaged
			at := r.IntN(len(text))
			text = text[:at] + []string{"", ",", "\"", "x", "[]"}[r.IntN(5)] + text[at+1:]
		}
		texts = append(texts, text)
	}
	return texts
}

// The fast way to read a bill reads none otherwise than the other one.
func TestInputUnits_AreTheInputCost(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var sums ContextSums
	read, left := 0, 0
	for range 50 {
		for _, text := range lineItemTexts(r) {
			units, known, ok := inputUnits(text)
			if !ok {
				left++
				continue
			}
			read++
			cost, wantKnown := sums.inputCost(text)
			require.Equal(t, wantKnown, known, text)
			want, fits := unitsOf(cost)
			require.True(t, fits, text)
			require.Equal(t, want, units, text)
		}
	}
	assert.Greater(t, read, 1000)
	assert.Greater(t, left, 1000)
	for _, usual := range []string{
		`[{"kind":"input","quantity":10000,"rate_usd":"1.25","per":1000000,"cost_usd":"0.0125"},{"kind":"output","quantity":400,"rate_usd":"10","per":1000000,"cost_usd":"0.004"}]`,
		`[{"kind":"cache_read","quantity":1,"rate_usd":"0.125","per":1000000,"multiplier":"0.5","cost_usd":"0.0000000625"}]`,
	} {
		_, known, ok := inputUnits(usual)
		assert.True(t, known && ok, usual)
	}
}
