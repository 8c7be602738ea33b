package report_test

import (
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
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
)

// judged is the golden data set with ids of responses and conversations, and what came
// of its calls.
func judged(n int) (dataset, []ledger.Result) {
	calls := newDataset(n)
	for i := range calls {
		calls[i].ResponseID = fmt.Sprintf("resp-%d", i)
		calls[i].ConversationID = fmt.Sprintf("conv-%d", i/20)
	}
	return calls, ledgertest.RandomResults(calls, n/2, datasetSeed)
}

func TestQualityAndUnit_EqualPlainGo(t *testing.T) {
	calls, results := judged(4000)
	period := report.Period{From: datasetStart.AddDate(0, 0, 10), Until: datasetStart.AddDate(0, 0, 50)}
	half := udecimal.MustParse("0.5")
	by := []ledger.Dimension{ledger.ByModel, ledger.ByPromptVersion}
	aliases := map[string]string{} // every model answers under its own name
	want := ledgertest.PlainResults(calls, results, ledger.ResultQuery{
		Kind: ledger.ResultEvaluation, From: period.From, Until: period.Until, By: by, PassFrom: &half, ModelAliases: aliases,
	})
	outcomes := ledgertest.PlainResults(calls, results, ledger.ResultQuery{
		Kind: ledger.ResultOutcome, Name: "resolved", From: period.From, Until: period.Until, By: []ledger.Dimension{ledger.ByDepartment},
	})
	inPeriod := func(c *ledger.Call) bool { return !c.Start.Before(period.From) && c.Start.Before(period.Until) }
	costs := calls.groups(inPeriod, func(c *ledger.Call) string { return c.Department })
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			calls.write(t, store)
			for chunk := range slices.Chunk(results, 300) {
				require.NoError(t, store.WriteResults(t.Context(), chunk))
			}
			a, err := report.Quality(t.Context(), store, report.QualityQuestion{Period: period, By: by, PassFrom: &half})
			require.NoError(t, err)
			require.Len(t, a.Lines, len(want))
			require.Greater(t, len(want), 20)
			for i := range want {
				l, w := &a.Lines[i], &want[i]
				require.Equal(t, w.Key, l.Key)
				counts := func(g *ledger.ResultGroup) []int64 {
					return []int64{g.Results, g.Errors, g.Unknown, g.Valued, g.Judged, g.Passed, g.Calls, g.Unpriced}
				}
				assert.Equal(t, counts(w), counts(&l.ResultGroup), "%s %v", w.Name, w.Key)
				assert.True(t, w.Cost.Equal(l.Cost) && w.Value.Equal(l.Value), "%s %v: %s %s, expected %s %s", w.Name, w.Key, l.Cost, l.Value, w.Cost, w.Value)
				if w.Passed > 0 && w.Calls > w.Unpriced {
					mean := rational(w.Cost).Quo(rational(w.Cost), new(big.Rat).SetInt64(w.Passed))
					near(t, mean, l.CostPerPass())
				}
				if share, low, high, ok := l.Passed95(); ok {
					assert.InDelta(t, float64(w.Passed)/float64(w.Judged), share, 1e-12)
					// Both bounds solve Wilson's equation: the share is as far from them as
					// 1.96 of their own standard errors.
					for _, bound := range []float64{low, high} {
						if bound > 0 && bound < 1 {
							assert.InDelta(t, 1.959964*math.Sqrt(bound*(1-bound)/float64(w.Judged)), math.Abs(share-bound), 1e-6)
						}
					}
				}
			}

			u, err := report.Unit(t.Context(), store, report.UnitQuestion{Period: period, Outcome: "resolved", By: []ledger.Dimension{ledger.ByDepartment}})
			require.NoError(t, err)
			sum, accepted := new(big.Rat), int64(0)
			found := map[string]bool{}
			for i := range u.Lines {
				l := &u.Lines[i]
				key := report.Value(ledger.ByDepartment, l.Labels[0])
				found[key] = true
				cost := costs[key].cost
				if cost == nil {
					cost = new(big.Rat)
				}
				assert.Zero(t, cost.Cmp(rational(l.Totals.Cost)), key)
				sum.Add(sum, cost)
				accepted += l.Outcomes.Passed
				at := slices.IndexFunc(outcomes, func(g ledger.ResultGroup) bool { return g.Key[0] == key })
				if at < 0 {
					assert.Zero(t, l.Outcomes.Results, key)
					continue
				}
				assert.Equal(t, outcomes[at].Results, l.Outcomes.Results, key)
				assert.Equal(t, outcomes[at].Passed, l.Outcomes.Passed, key)
				assert.True(t, outcomes[at].PassedValue.Equal(l.Outcomes.PassedValue), key)
				if outcomes[at].Passed > 0 && l.Totals.Calls > l.Totals.Unpriced+l.Totals.Invalid {
					near(t, new(big.Rat).Quo(cost, new(big.Rat).SetInt64(outcomes[at].Passed)), l.CostPerOutcome())
				} else {
					assert.Nil(t, l.CostPerOutcome(), key)
				}
			}
			for _, g := range outcomes {
				assert.True(t, found[g.Key[0]], g.Key[0])
			}
			assert.Zero(t, sum.Cmp(rational(u.Total.Totals.Cost)))
			assert.Equal(t, accepted, u.Total.Outcomes.Passed)
		})
	}
}

func rational(d udecimal.Decimal) *big.Rat {
	r, _ := new(big.Rat).SetString(d.String())
	return r
}

// near holds a mean to the exact one: it is rounded to some decimals.
func near(t *testing.T, want *big.Rat, got *udecimal.Decimal) {
	t.Helper()
	if assert.NotNil(t, got) {
		exact, _ := want.Float64()
		assert.InDelta(t, exact, got.InexactFloat64(), 1e-9)
	}
}

func TestUnit_UnknownCostIsNotZero(t *testing.T) {
	store := stores["DuckDB"](t)
	day := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	two := udecimal.MustParse("2")
	call := func(n byte, model string, amount *udecimal.Decimal) ledger.Call {
		c := newDataset(1)[0]
		c.TraceID, c.SpanID, c.Start, c.Received, c.Billable = ledger.TraceID{n % 10}, ledger.SpanID{n}, day, day, true
		c.RequestModel, c.ResponseModel, c.Error, c.Application = model, model, false, "desk"
		c.Cost = ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
		if amount != nil {
			c.Cost = ledger.Cost{Status: "priced", Amount: amount, Currency: "USD"}
		}
		return c
	}
	// The first run used a model without a price, the second used two models.
	dataset{call(1, "house-7b", nil), call(2, "house-7b", nil), call(12, "gpt-5", &two)}.write(t, store)
	for _, n := range []byte{1, 2} {
		outcome := ledger.Result{Kind: ledger.ResultOutcome, Name: "resolved", Time: day, TraceID: ledger.TraceID{n}, Accepted: true, Received: day}
		score := ledger.Result{Kind: ledger.ResultEvaluation, Name: "grade", Time: day, TraceID: ledger.TraceID{n}, SpanID: ledger.SpanID{n}, Label: "pass", Received: day}
		outcome.Identify("")
		score.Identify("")
		require.NoError(t, store.WriteResults(t.Context(), []ledger.Result{outcome, score}))
	}
	revenue, err := report.ReadRevenueFile(tempFile(t, "revenue.csv", "date,model,usd\n2026-11-10,house-7b,5\n2026-11-10,gpt-5,5\n"))
	require.NoError(t, err)
	month, byModel := report.Month(2026, time.November, time.UTC), []ledger.Dimension{ledger.ByModel}
	u, err := report.Unit(t.Context(), store, report.UnitQuestion{Period: month, Outcome: "resolved", By: byModel, Revenue: revenue})
	require.NoError(t, err)
	q, err := report.Quality(t.Context(), store, report.QualityQuestion{Period: month, By: byModel})
	require.NoError(t, err)
	for want, doc := range map[string]*format.Document{
		`model,cost_usd,requests,outcomes,accepted,acceptance,cost_per_accepted_usd,accepted_value,unpriced,revenue_usd,margin_usd,margin
gpt-5,2,1,0,0,,,0,0,5,3,0.6
(several),0,0,1,1,1,,0,0,0,0,
house-7b,,2,1,1,1,,0,2,5,,
`: u.Document(),
		`model,evaluation,evaluations,mean_score,judged,passed,pass_rate,pass_rate_low,pass_rate_high,requests,cost_usd,cost_per_pass_usd,errors,unknown
house-7b,grade,2,,2,2,1,0.3423802275066531,1,2,,,0,0
`: q.Document(),
	} {
		var out strings.Builder
		require.NoError(t, format.Write(&out, format.CSVFormat, doc, format.Options{Wide: true}))
		assert.Equal(t, want, strings.ReplaceAll(out.String(), "\r", ""))
	}
}

func TestUnit_MarginIsRevenueLessCost(t *testing.T) {
	store := stores["DuckDB"](t)
	day := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	call := func(n byte, customer, cost string) ledger.Call {
		c := newDataset(1)[0]
		amount := udecimal.MustParse(cost)
		c.TraceID, c.SpanID, c.Start, c.Received, c.Billable = ledger.TraceID{n}, ledger.SpanID{n}, day, day, true
		c.Tags, c.Cost = map[string]string{"customer": customer, "ticket": fmt.Sprint(n)}, ledger.Cost{Status: "priced", Amount: &amount, Currency: "USD"}
		return c
	}
	dataset{call(1, "acme", "3"), call(2, "acme", "1"), call(3, "umbrella", "2")}.write(t, store)
	var results []ledger.Result
	for _, n := range []int{1, 3} { // of the second run nothing came
		r := ledger.Result{Kind: ledger.ResultOutcome, Name: "ticket_resolved", Time: day.AddDate(0, 0, 9), TagKey: "ticket", TagValue: fmt.Sprint(n), Accepted: n == 1, Received: day}
		r.Identify("")
		results = append(results, r)
	}
	require.NoError(t, store.WriteResults(t.Context(), results))
	for name, text := range map[string]string{
		"revenue.csv":  "date,tag:customer,usd\n2026-11-01,acme,10.50\n2026-11-30,acme,0.25\n2026-12-01,acme,99\n2026-11-15,initech,5\n",
		"excel.csv":    "\ufeff\"date\",\"tag:customer\", \"usd\"\r\n2026-11-01,acme, 10.50\r\n2026-11-30,acme,0.25\r\n2026-12-01,acme,99\r\n2026-11-15,initech,5\r\n",
		"revenue.yaml": "by: tag:customer\nrevenue:\n- {date: 2026-11-01, value: acme, usd: \"10.50\"}\n- {date: 2026-11-30, value: acme, usd: \"0.25\"}\n- {date: 2026-12-01, value: acme, usd: \"99\"}\n- {date: 2026-11-15, value: initech, usd: \"5\"}\n",
	} {
		revenue, err := report.ReadRevenueFile(tempFile(t, name, text))
		require.NoError(t, err)
		a, err := report.Unit(t.Context(), store, report.UnitQuestion{
			Period: report.Month(2026, time.November, time.UTC), Outcome: "ticket_resolved", By: []ledger.Dimension{"tag:customer"}, Revenue: revenue,
		})
		require.NoError(t, err)
		var out strings.Builder
		require.NoError(t, format.Write(&out, format.CSVFormat, a.Document(), format.Options{Wide: true}))
		assert.Equal(t, `tag:customer,cost_usd,requests,outcomes,accepted,acceptance,cost_per_accepted_usd,accepted_value,unpriced,revenue_usd,margin_usd,margin
acme,4,2,1,1,1,4,0,0,10.75,6.75,0.627906976744186
umbrella,2,1,1,0,0,,0,0,0,-2,
initech,0,0,0,0,,,0,0,5,5,1
`, strings.ReplaceAll(out.String(), "\r", ""), name)
	}
	for outcome, want := range map[string]string{
		"ticket_resolved": "",
		"ticket_closed":   `No outcome "ticket_closed" in this period; recorded are: ticket_resolved.`,
	} {
		a, err := report.Unit(t.Context(), store, report.UnitQuestion{Period: report.Month(2026, time.November, time.UTC), Outcome: outcome})
		require.NoError(t, err)
		assert.Equal(t, want != "", slices.Contains(a.Document().Notes, want), "%s: %q", outcome, a.Document().Notes)
	}
	for text, want := range map[string]string{
		"date,customer,usd\n":                      "customer",
		"date,tag:customer,eur\n":                  "first line",
		"date,tag:customer,usd\n2026-13-01,a,1\n":  `line 2: date "2026-13-01"`,
		"date,tag:customer,usd\n2026-11-01,a,x1\n": `line 2: usd "x1"`,
	} {
		_, err := report.ReadRevenueFile(tempFile(t, "revenue.csv", text))
		assert.ErrorContains(t, err, want)
	}
}

func tempFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
