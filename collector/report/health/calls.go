package health

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

const (
	// window is the stretch of calls that is examined.
	window = 24 * time.Hour
	// quiet is how long no call may have come before it is significant.
	quiet = time.Hour
	// share of calls without a price or a department from which it is.
	share = 0.01
	// ahead is how far in the future a call may start: senders' clocks differ.
	ahead = 5 * time.Minute
)

// storeFailed is a finding about an error of the ledger. A hint of the error's own is
// the hint of the finding.
func storeFailed(check string, err error) Finding {
	if text, hint, found := strings.Cut(err.Error(), " (hint: "); found {
		return Finding{check, Failed, text, strings.TrimSuffix(hint, ")")}
	}
	return Finding{check, Failed, err.Error(), storeHint(err)}
}

func storeHint(err error) string {
	if refused, ok := errors.AsType[*remote.ServerError](err); ok && refused.StatusCode == http.StatusUnauthorized {
		return "set SPANLEDGER_TOKEN to the `token` of ledger_api"
	}
	if cause := ledger.CauseOf(err); cause == ledger.CauseDamaged {
		return cause.Hint()
	}
	return "check that the store runs, and its address in --store or --server"
}

func examineCalls(ctx context.Context, reader ledger.Reader, flags string, now time.Time) Findings {
	groups, err := reader.Aggregate(ctx, ledger.Query{From: now.Add(-window), Until: now.Add(ahead), By: []ledger.Dimension{ledger.ByHour}, TotalsOnly: true})
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		return Findings{{arrival, Warning, "no collector has written to the store", "start a collector on it"}}
	case err != nil:
		return Findings{storeFailed(arrival, err)}
	}
	var total ledger.Totals
	last := ""
	for i := range groups {
		total = total.Add(groups[i].Totals)
		last = max(last, groups[i].Key[0])
	}
	runs, err := runsWithoutCalls(ctx, reader, total, now)
	if err != nil {
		return Findings{storeFailed(arrival, err)}
	}
	found := Findings{examineArrival(total, runs, last, now), examineFuture(ctx, reader, now)}
	delay, err := examineDelay(ctx, reader, now)
	if err != nil {
		return append(found, storeFailed("delay", err))
	}
	found = append(found, delay...)
	if total.Calls == 0 {
		return found
	}
	day := report.Since(window, now).On(flags)
	unattributed := []ledger.Condition{{Dimension: ledger.ByDepartment, Values: []string{""}}}
	found = append(found, examineShare("prices of calls", total.Unpriced+total.Invalid, total.Calls, "no price", day.Command("report cost --by provider,model,cost_status")))
	departments, err := report.Cost(ctx, reader, report.CostQuestion{
		Period: day, Where: unattributed,
		WithoutPercentiles: true,
	})
	if err != nil {
		return append(found, storeFailed("attribution", err))
	}
	return append(found, examineShare("attribution", departments.Total.Totals.Calls, total.Calls, "no department",
		day.Command("report cost --by application,user", unattributed...)))
}

// arrival is the check of calls that arrive.
const arrival = "arrival"

// WithWhatArrives says that spans do arrive where no call does and some were not
// recognized: then it is not the address that applications send to.
func (f Findings) WithWhatArrives() Findings {
	none := slices.IndexFunc(f, func(one Finding) bool { return one.Check == arrival && one.Grade == Warning })
	unread := slices.IndexFunc(f, func(one Finding) bool { return one.Check == SpansRead && one.Grade == Warning })
	if none >= 0 && unread >= 0 {
		f[none].Says += ", but spans arrive that look like LLM calls"
		f[none].Hint = "the check `" + SpansRead + "` names them: " + HintUnread
	}
	return f
}

// runsWithoutCalls tells whether agents have run in the window in which no call has
// arrived. The test span of a check is no run.
func runsWithoutCalls(ctx context.Context, reader ledger.Reader, total ledger.Totals, now time.Time) (bool, error) {
	if total.Calls > 0 {
		return false, nil
	}
	runs, err := reader.Traces(ctx, ledger.TraceQuery{From: now.Add(-window), Until: now.Add(ahead), Limit: 1})
	return len(runs) > 0, err
}

func examineArrival(total ledger.Totals, runs bool, last string, now time.Time) Finding {
	const cure = "check that the application sends to the collector (OTEL_EXPORTER_OTLP_ENDPOINT), and that the LLM client is instrumented. If spans arrive but are not recognized, the collector's log and the metric spanledger_spans_unread name them"
	switch {
	case runs:
		return Finding{arrival, Warning, fmt.Sprintf("spans of agents arrive, but no LLM call in the last %s", format.Window(window)),
			"instrument the LLM client of the application (docs/sdks.md)"}
	case total.Calls == 0:
		return Finding{arrival, Warning, fmt.Sprintf("no call in the last %s", format.Window(window)), cure}
	}
	// The hour ends an hour after its name.
	hour, err := time.Parse("2006-01-02T15", last)
	if err == nil && now.Sub(hour.Add(time.Hour)) > quiet {
		return Finding{arrival, Warning, fmt.Sprintf("%s in the last %s, none since %s:59 UTC", format.Counted(total.Calls, "call"), format.Window(window), last), cure}
	}
	return Finding{Check: arrival, Grade: OK, Says: fmt.Sprintf("%s in the last %s", format.Counted(total.Calls, "call"), format.Window(window))}
}

// examineFuture finds senders whose clocks are ahead: a call is priced, and
// billed to the day, at its start.
func examineFuture(ctx context.Context, reader ledger.Reader, now time.Time) Finding {
	groups, err := reader.Aggregate(ctx, ledger.Query{From: now.Add(ahead), Until: ledger.LatestStart, By: []ledger.Dimension{ledger.ByApplication}})
	if err != nil {
		return storeFailed("clocks of senders", err)
	}
	if len(groups) == 0 {
		return Finding{Check: "clocks of senders", Grade: OK, Says: "no call starts in the future"}
	}
	var calls int64
	for i := range groups {
		calls += groups[i].Totals.Calls
	}
	application := groups[0].Key[0]
	if application == "" {
		application = "(unattributed)"
	}
	return Finding{"clocks of senders", Warning, fmt.Sprintf("%s %s in the future, for example of %s", format.Counted(calls, "call"), format.Verb(calls, "starts", "start"), application),
		"correct the clocks of the application's machine and of this one: the price and the day of a call depend on its time"}
}

func examineShare(check string, part, whole int64, without, cure string) Finding {
	f := Finding{Check: check, Grade: OK, Says: fmt.Sprintf("%s of %s calls %s %s", format.Grouped(part), format.Grouped(whole), format.Verb(part, "has", "have"), without)}
	if float64(part) > share*float64(whole) {
		f.Grade, f.Hint = Warning, cure
	}
	return f
}
