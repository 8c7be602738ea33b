package pricing_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/pricing/casefile"
)

func workedCases(tb testing.TB) []casefile.Case {
	tb.Helper()
	file, err := os.Open("testdata/cases.json")
	require.NoError(tb, err)
	defer file.Close()
	cases, err := casefile.Read(file)
	require.NoError(tb, err)
	return cases
}

// Bills calculated by hand from the vendors' price lists.
func TestPrices_WorkedCasesArePricedToTheLastDigit(t *testing.T) {
	cases := workedCases(t)
	require.Len(t, cases, 87)
	for _, c := range cases {
		t.Run(c.ID+" "+c.Title, func(t *testing.T) {
			got, err := c.Price(pricing.Default())
			require.NoError(t, err)
			if c.ExpectedCost == nil {
				require.Equal(t, c.ExpectedStatus, string(got.Status))
				assert.False(t, got.HasAmount())
				assert.NotEmpty(t, got.Reason)
				assert.Empty(t, got.Lines)
				return
			}
			// The cases count a known zero among the priced.
			require.True(t, got.HasAmount(), "%s: %s: %s", got.Status, got.Reason, got.Detail)
			assert.Equal(t, *c.ExpectedCost, got.Amount.String())
			require.Len(t, got.Lines, len(c.Lines))
			for i, want := range c.Lines {
				line := got.Lines[i]
				assert.Equal(t, want, casefile.Line{
					Kind:     line.Kind,
					Quantity: line.Quantity,
					Rate:     line.Rate.String(),
					Per:      line.Per,
					Cost:     line.Amount.String(),
				})
			}
		})
	}
}
