package optimize_test

import (
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/optimize"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

func TestApplied_ComparesThePromiseWithWhatCame(t *testing.T) {
	store := newLedger(t)
	used := usage.Counts{usage.Input: 600, usage.Output: 40}
	big := ledger.Call{Application: "intake-bot", Agent: "router", Provider: "openai", RequestModel: "gpt-5", ResponseModel: "gpt-5", Usage: used}
	write(t, store, 400, big)
	small := big
	small.RequestModel, small.ResponseModel, small.Start = "gpt-5-mini", "gpt-5-mini", week.From.Add(100*time.Hour)
	write(t, store, 150, small)
	big.Start = small.Start
	write(t, store, 50, big) // not all have moved

	settings := optimize.Settings{}
	a, err := optimize.Applied(t.Context(), store, optimize.Question{Period: week, Settings: settings}, week.From.Add(50*time.Hour))
	require.NoError(t, err)
	require.Len(t, a.Lines, 1)
	l := a.Lines[0]
	assert.Equal(t, "intake-bot, agent router", l.Scope.String())
	require.NotEmpty(t, l.Advice)
	assert.Equal(t, "cheaper_model", l.Advice[0].Rule)
	assert.EqualValues(t, 400, l.Before.Calls)
	assert.EqualValues(t, 200, l.After.Calls)
	// A call of gpt-5 costs 600 x 1.25 + 40 x 10 USD a million = 0.00115, one of
	// gpt-5-mini a fifth: 150 calls each save 0.00092.
	assert.Equal(t, "0.138", l.Came.String())
	assert.Equal(t, half(t, l.Advice[0].Saving).String(), l.Promised.String(), "half as many requests, half of the saving")

	_, err = optimize.Applied(t.Context(), store, optimize.Question{Period: week}, week.Until)
	var parameter *report.ParameterError
	assert.ErrorAs(t, err, &parameter)
}

func TestApplied_OfCallsThatEnded(t *testing.T) {
	store := newLedger(t)
	write(t, store, 400, ledger.Call{Application: "intake-bot", Agent: "router", Provider: "openai", RequestModel: "gpt-5", ResponseModel: "gpt-5", Usage: usage.Counts{usage.Input: 600, usage.Output: 40}})
	a, err := optimize.Applied(t.Context(), store, optimize.Question{Period: week}, week.From.Add(50*time.Hour))
	require.NoError(t, err)
	require.Len(t, a.Lines, 1)
	assert.Nil(t, a.Lines[0].Came)
	assert.True(t, a.Lines[0].Promised.IsZero())
}

func half(t *testing.T, d udecimal.Decimal) udecimal.Decimal {
	t.Helper()
	h, err := d.Div64(2)
	require.NoError(t, err)
	return h
}
