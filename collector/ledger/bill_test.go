package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func TestBill_ComesBackToTheByte(t *testing.T) {
	for range 3 { // of unknown rates, then of known ones
		for _, bill := range ledgertest.Bills {
			read := ledger.ReadBill(bill.Text)
			rates, _, _ := read.Split()
			require.Equal(t, bill.Typed, rates != nil, bill.Name)
			require.Equal(t, bill.Text, read.Text(), bill.Name)
			require.Equal(t, bill.Text == "", read.IsZero(), bill.Name)
			lines, ok := read.Lines()
			want, wantOK := pricing.ParseLines(nil, bill.Text)
			require.Equal(t, wantOK, ok, bill.Name)
			require.Equal(t, string(pricing.AppendLines(nil, want)), string(pricing.AppendLines(nil, lines)), bill.Name)
		}
	}
}

func TestBill_IsATextInJSON(t *testing.T) {
	for _, bill := range ledgertest.Bills {
		cost := ledger.Cost{Bill: ledger.ReadBill(bill.Text)}
		got, err := json.Marshal(&cost)
		require.NoError(t, err)
		want, err := json.Marshal(&struct {
			Text string `json:"line_items,omitzero"`
		}{bill.Text})
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
		var again ledger.Cost
		require.NoError(t, json.Unmarshal(got, &again))
		require.Equal(t, cost, again)
	}
}

// TestBill_OfPrices: whatever prices make is kept as rates and quantities.
func TestBill_OfPrices(t *testing.T) {
	one := udecimal.MustFromInt64(1, 0)
	for _, rate := range []string{"0", "0.05", "2.5", "75", "0.0125", "0.00000375"} {
		for _, multiplier := range []udecimal.Decimal{one, udecimal.MustParse("0.5"), udecimal.MustParse("1.1")} {
			r := udecimal.MustParse(rate)
			share := udecimal.MustParse("0.000001")
			line := pricing.Line{Kind: "output", Quantity: 1234567, Rate: r, Per: 1_000_000, Multiplier: multiplier}
			line.Amount = udecimal.MustFromInt64(line.Quantity, 0).Mul(share).Mul(r).Mul(multiplier)
			text := string(pricing.AppendLines(nil, []pricing.Line{line}))
			bill := ledger.ReadBill(text)
			rates, quantities, _ := bill.Split()
			require.NotNil(t, rates, text)
			require.Equal(t, []int64{1234567}, quantities)
			again := ledger.ReadRates(rates.Text).Bill(quantities)
			require.Equal(t, text, again.Text())
		}
	}
}

// TestBill_IsReadAlikeWhateverCameBefore: bills of known rates are read another way.
func TestBill_IsReadAlikeWhateverCameBefore(t *testing.T) {
	var used ledger.BillReader
	for range 3 {
		for _, bill := range ledgertest.Bills {
			for n := range 20 { // more rates than are tried
				text := strings.Replace(bill.Text, `"rate_usd":"`, `"rate_usd":"`+strings.Repeat("1", n%10), 1)
				var fresh ledger.BillReader
				require.Equal(t, fresh.Read(text), used.Read(text), text)
			}
		}
	}
}

// TestBill_OfKnownRatesIsReadToTheByte changes each byte of bills whose rates are known:
// what the rates would not give again stays text.
func TestBill_OfKnownRatesIsReadToTheByte(t *testing.T) {
	for _, bill := range ledgertest.Bills {
		if !bill.Typed {
			continue
		}
		var used ledger.BillReader
		used.Read(bill.Text)
		for i := range bill.Text {
			for _, piece := range []string{"", "0", "1", "9", ".", "\"", "}", "00", "1.", ".5"} {
				for _, rest := range []string{bill.Text[i:], bill.Text[i+1:]} {
					text := bill.Text[:i] + piece + rest
					var fresh ledger.BillReader
					want := fresh.Read(text)
					require.Equal(t, want, used.Read(text), text)
					require.Equal(t, text, want.Text())
					used.Read(bill.Text) // its rates are tried first again
				}
			}
		}
	}
}

func TestReadRates_RefusesWhatNoBillWasSplitInto(t *testing.T) {
	for _, text := range []string{"", " ", ";", "input", "input 1", "input x 1000000", "input 1 x", "input 1 3600000", "input 1 1000000 x", "input 1 1000000 1 1", "input 1 1000000;"} {
		require.Nil(t, ledger.ReadRates(text), "%q", text)
	}
	bill := ledger.ReadRates("input 1 1000000").Bill([]int64{1, 2})
	require.True(t, bill.IsZero(), "a quantity too many")
}

func BenchmarkBill(b *testing.B) {
	text := ledgertest.Bills[1].Text
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ledger.ReadBill(text)
		}
	})
	b.Run("text", func(b *testing.B) {
		bill, buf := ledger.ReadBill(text), []byte(nil)
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = bill.AppendText(buf[:0])
		}
	})
}

func FuzzBill(f *testing.F) {
	for _, bill := range ledgertest.Bills {
		f.Add(bill.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var fresh, used ledger.BillReader
		bill := fresh.Read(text)
		require.Equal(t, text, bill.Text())
		for _, other := range ledgertest.Bills {
			used.Read(other.Text)
		}
		for range 2 {
			require.Equal(t, bill, used.Read(text))
		}
		if rates, quantities, _ := bill.Split(); rates != nil {
			require.Equal(t, bill, ledger.ReadRates(rates.Text).Bill(quantities))
		}
	})
}
