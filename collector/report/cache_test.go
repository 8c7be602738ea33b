package report_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/quagmt/udecimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestCache_EqualsPlainGo(t *testing.T) {
	calls := ledgertest.RandomPrompts(4000, 5)
	for i := range calls { // models of the golden data set, each with its own vendor
		model := modelPrices[i%len(modelPrices)].name
		calls[i].RequestModel, calls[i].ResponseModel, calls[i].Provider = model, model, semconv.ProviderOpenAI
		if strings.HasPrefix(model, "claude") {
			calls[i].Provider = semconv.ProviderAnthropic
		}
	}
	first, last := calls[0].Start, calls[0].Start
	for i := range calls {
		if calls[i].Start.Before(first) {
			first = calls[i].Start
		}
		if calls[i].Start.After(last) {
			last = calls[i].Start
		}
	}
	period := report.Period{From: first.Add(time.Hour), Until: last.Add(-time.Hour)}
	plain := ledgertest.PlainCacheMisses(calls, ledger.CacheQuery{
		From: period.From, Until: period.Until, Within: 5 * time.Minute, MinTokens: 1024, Calls: len(calls),
	})
	lost, noRate := map[ledger.CacheCause]*big.Rat{}, map[ledger.CacheCause]int64{}
	for _, c := range plain.Calls {
		if lost[c.Cause] == nil {
			lost[c.Cause] = new(big.Rat)
		}
		if c.Cause == ledger.CacheTooShort || c.Cause == ledger.CacheFirstUse {
			continue
		}
		saves, known := cacheSaves[c.Model]
		if !known {
			noRate[c.Cause]++
			continue
		}
		amount, _ := new(big.Rat).SetString(saves)
		lost[c.Cause].Add(lost[c.Cause], amount.Mul(amount, new(big.Rat).SetInt64(c.Prefix)))
	}
	counted := map[ledger.CacheCause]int64{}
	for _, g := range plain.Groups {
		counted[g.Cause] += g.Calls
	}
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			require.NoError(t, store.Migrate(t.Context()))
			require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: calls}))
			a, err := report.Cache(t.Context(), store, report.CacheQuestion{Period: period, Top: 2})
			require.NoError(t, err)
			assert.Len(t, a.Lines, len(counted))
			for _, l := range a.Lines {
				assert.Equal(t, counted[l.Cause], l.Calls, l.Cause)
				if l.Cause == ledger.CacheHit {
					assert.Positive(t, l.Read)
					assert.True(t, l.Saving.IsZero())
					continue
				}
				assert.Equal(t, udecimal.MustParse(lost[l.Cause].FloatString(18)).String(), l.Saving.String(), l.Cause)
				assert.Equal(t, noRate[l.Cause], l.NoRate, l.Cause)
			}
			assert.Len(t, a.Calls, 2*(len(counted)-1))
			rate, known := a.HitRate()
			assert.True(t, known)
			assert.InDelta(t, float64(counted[ledger.CacheHit])/float64(a.Hashed()), rate, 1e-12)
			var text strings.Builder
			require.NoError(t, format.Write(&text, format.TableFormat, a.Document(), format.Options{}))
			assert.Contains(t, text.String(), "Instructions changed")
		})
	}
}

func TestCache_HasATextForEachCause(t *testing.T) {
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(t.Context()))
	a, err := report.Cache(t.Context(), store, report.CacheQuestion{Period: report.Period{From: datasetStart, Until: datasetStart.Add(time.Hour)}})
	require.NoError(t, err)
	assert.Empty(t, a.Lines)
	_, known := a.HitRate()
	assert.False(t, known)
	for _, cause := range ledger.CacheCauses {
		a.Lines = append(a.Lines, report.CacheLine{Cause: cause, Calls: 1})
	}
	for _, row := range a.Document().Tables[0].Rows {
		assert.NotEmpty(t, row[1], row[0])
	}
}

func TestCache_UnknownLossIsNotZero(t *testing.T) {
	one := udecimal.MustParse("1")
	a := &report.CacheAnswer{Question: report.CacheQuestion{Period: report.Period{From: datasetStart, Until: datasetStart.Add(time.Hour)}}}
	losses := func(lines ...report.CacheLine) (losses []any) {
		a.Lines = lines
		table := a.Document().Tables[0]
		at := slices.IndexFunc(table.Columns, func(c format.Column) bool { return c.Key == "saving_usd" })
		for _, row := range append(table.Rows, table.Total) {
			losses = append(losses, row[at])
		}
		return losses
	}
	unknown := report.CacheLine{Cause: ledger.CacheGone, Calls: 2, NoRate: 2}
	assert.Equal(t, []any{nil, nil}, losses(unknown))
	assert.Equal(t, []any{nil, one, one}, losses(unknown, report.CacheLine{Cause: ledger.CacheNotWritten, Calls: 2, NoRate: 1, Saving: one}))
	assert.Equal(t, []any{nil, udecimal.Zero}, losses(report.CacheLine{Cause: ledger.CacheTooShort, Calls: 2}), "nothing could be lost")
}
