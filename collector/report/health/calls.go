package health

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
	return "check that the store runs, and its address in --store or --server"
}

func examineCalls(ctx context.Context, reader ledger.Reader, now time.Time) Findings {
	groups, err := reader.Aggregate(ctx, ledger.Query{From: now.Add(-window), Until: now.Add(ahead), By: []ledger.Dimension{ledger.ByHour}})
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		return Findings{{"arrival", Warning, "no collector has written to the store", "start a collector on it"}}
	case err != nil:
		return Findings{storeFailed("arrival", err)}
	}
	var total ledger.Totals
	last := ""
	for i := range groups {
		total = total.Add(groups[i].Totals)
		last = max(last, groups[i].Key[0])
	}
	found := Findings{examineArrival(total, last, now), examineFuture(ctx, reader, now)}
	delay, err := examineDelay(ctx, reader, now)
	if err != nil {
		return append(found, storeFailed("delay", err))
	}
	found = append(found, delay...)
	if total.Calls == 0 {
		return found
	}
	found = append(found, examineShare("prices of calls", total.Unpriced+total.Invalid, total.Calls, "have no price", "spanledger report cost --by provider,model,cost_status"))
	departments, err := report.Cost(ctx, reader, report.CostQuestion{
		Period: report.Since(window, now), Where: []ledger.Condition{{Dimension: ledger.ByDepartment, Values: []string{""}}},
	})
	if err != nil {
		return append(found, storeFailed("attribution", err))
	}
	return append(found, examineShare("attribution", departments.Total.Totals.Calls, total.Calls, "have no department",
		"spanledger report cost --by application,user --where 'department=(unattributed)'"))
}

func examineArrival(total ledger.Totals, last string, now time.Time) Finding {
	const cure = "check that the application sends to the collector (OTEL_EXPORTER_OTLP_ENDPOINT). If spans arrive but are not recognized, the collector's log and the metric spanledger_spans_unread name them"
	if total.Calls == 0 {
		return Finding{"arrival", Warning, fmt.Sprintf("no call in the last %s", format.Elapsed(window)), cure}
	}
	// The hour ends an hour after its name.
	hour, err := time.Parse("2006-01-02T15", last)
	if err == nil && now.Sub(hour.Add(time.Hour)) > quiet {
		return Finding{"arrival", Warning, fmt.Sprintf("%s in the last %s, none since %s:59 UTC", format.Counted(total.Calls, "call"), format.Elapsed(window), last), cure}
	}
	return Finding{Check: "arrival", Grade: OK, Says: fmt.Sprintf("%s in the last %s", format.Counted(total.Calls, "call"), format.Elapsed(window))}
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
	return Finding{"clocks of senders", Warning, fmt.Sprintf("%s calls start in the future, such as those of %s", format.Grouped(calls), application),
		"correct the clocks of the application's machine and of this one: the price and the day of a call depend on its time"}
}

func examineShare(check string, part, whole int64, says, cure string) Finding {
	f := Finding{Check: check, Grade: OK, Says: fmt.Sprintf("%s of %s calls %s", format.Grouped(part), format.Grouped(whole), says)}
	if float64(part) > share*float64(whole) {
		f.Grade, f.Hint = Warning, cure
	}
	return f
}
