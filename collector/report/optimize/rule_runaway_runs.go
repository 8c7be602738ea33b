package optimize

import (
	"context"
	"fmt"
	"slices"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// runsLookedAt bounds the question: the most expensive runs are where the money is.
const runsLookedAt = 1000

// runawayRuns finds runs of an agent with many times the calls of its median
// run: loops that did not end.
func runawayRuns(ctx context.Context, f *facts) ([]Recommendation, error) {
	if len(f.where) > 0 {
		return nil, nil // a run is more than the calls that were asked for
	}
	runs, err := f.reader.Traces(ctx, ledger.TraceQuery{
		From: f.period.From, Until: f.period.Until, Order: ledger.DearestFirst, Limit: runsLookedAt,
	})
	if err != nil {
		return nil, err
	}
	byAgent := map[string][]ledger.TraceSummary{}
	var agents []string
	for _, run := range runs {
		if run.Agent == "" || run.Totals.Calls == 0 {
			continue
		}
		if byAgent[run.Agent] == nil {
			agents = append(agents, run.Agent)
		}
		byAgent[run.Agent] = append(byAgent[run.Agent], run)
	}
	var found []Recommendation
	for _, agent := range agents {
		if r, ok := f.runaways(agent, byAgent[agent]); ok {
			found = append(found, r)
		}
	}
	return found, nil
}

// minRuns of an agent make a median.
const minRuns = 10

func (f *facts) runaways(agent string, runs []ledger.TraceSummary) (Recommendation, bool) {
	if len(runs) < minRuns {
		return Recommendation{}, false
	}
	calls := make([]int64, len(runs))
	for i := range runs {
		calls[i] = runs[i].Totals.Calls
	}
	slices.Sort(calls)
	median := calls[len(calls)/2]
	limit := max(f.settings.RunCalls, f.settings.RunFactor*median)
	r := Recommendation{
		Subject: Subject{Agent: agent}, Confidence: Medium,
		Advice: fmt.Sprintf("end a run of %s after %s", agent, format.Counted(limit, "call")),
	}
	var worst *ledger.TraceSummary
	runaways := int64(0)
	for i := range runs {
		run := &runs[i]
		if run.Totals.Calls <= limit {
			continue
		}
		runaways++
		r.Requests += run.Totals.Calls
		r.Cost = r.Cost.Add(run.Totals.Cost)
		// What is beyond the limit, at the run's own mean cost of a call.
		mean, err := run.Totals.Cost.Div64(uint64(run.Totals.Calls))
		if err == nil {
			r.Saving = r.Saving.Add(mean.Mul(udecimal.MustFromInt64(run.Totals.Calls-limit, 0)))
		}
		if worst == nil || run.Totals.Calls > worst.Totals.Calls {
			worst = run
		}
	}
	if worst == nil {
		return Recommendation{}, false
	}
	r.Saving = r.Saving.RoundHAZ(ledger.Scale)
	r.Evidence = fmt.Sprintf("%s of %s had more than %s, the median has %s; see trace %s with %s",
		format.Grouped(runaways), format.Counted(int64(len(runs)), "run"), format.Counted(limit, "call"), format.Grouped(median), worst.ID, format.Grouped(worst.Totals.Calls))
	return r, true
}
