package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
)

// TestContextSums_ABillBelowZeroHasNoCost has bills that no price makes, but that a row may hold.
func TestContextSums_ABillBelowZeroHasNoCost(t *testing.T) {
	for _, amount := range []string{"-0.5", "-0.0000000000000000015", "-1000000000"} {
		var sums ledger.ContextSums
		sums.Add(nil, 10, `[{"kind":"input","quantity":10,"rate_usd":"1","per":1000000,"cost_usd":"`+amount+`"}]`, "system:3 last:4")
		uses := sums.Uses()
		require.Len(t, uses, 1)
		assert.EqualValues(t, 1, uses[0].NoCost, amount)
		assert.True(t, uses[0].Cost.IsZero(), amount)
	}
}
