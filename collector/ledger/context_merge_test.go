package ledger

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sums of parts of the calls, merged, are the sums of all.
func TestContextSums_MergeIntoTheSumsOfAll(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var all ContextSums
	parts := make([]ContextSums, 3)
	for range 60 {
		for _, text := range lineItemTexts(r) {
			if strings.Contains(text, `"cost_usd":"-`) {
				continue // no store takes it
			}
			key := []string{fmt.Sprint("agent-", r.IntN(4))}
			input := r.Int64N(20_000)
			shares := fmt.Sprintf("system:%d tools/t%d:%d last:%d", 1+r.IntN(900), r.IntN(5), 1+r.IntN(900), 1+r.IntN(900))
			all.Add(key, input, text, shares)
			parts[r.IntN(len(parts))].Add(key, input, text, shares)
		}
	}
	merged := &parts[0]
	merged.Merge(&parts[1])
	merged.Merge(&parts[2])
	want, got := all.Uses(), merged.Uses()
	require.Len(t, want, 4)
	require.NotZero(t, want[0].NoCost)
	for i := range want {
		for j := range want[i].Parts {
			require.Equal(t, want[i].Parts[j].Cost.String(), got[i].Parts[j].Cost.String())
			want[i].Parts[j].Cost = got[i].Parts[j].Cost
		}
		require.Equal(t, want[i].Cost.String(), got[i].Cost.String())
		want[i].Cost = got[i].Cost
	}
	require.Equal(t, want, got)
	require.False(t, merged.Full())
}
