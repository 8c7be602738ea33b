package health

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Grade of a finding.
type Grade string

// Grades.
const (
	OK      Grade = "ok"
	Warning Grade = "warning" // figures are right but incomplete, or will be soon
	Failed  Grade = "failed"  // figures cannot be had
)

// Finding is the outcome of one check.
type Finding struct {
	Check string
	Grade Grade
	Says  string
	Cure  string // what to do; empty when all is well
}

// Findings of one examination, in the order of the checks.
type Findings []Finding

// Failed reports whether some check failed.
func (f Findings) Failed() bool {
	for i := range f {
		if f[i].Grade == Failed {
			return true
		}
	}
	return false
}

const (
	// window is the stretch of calls that is examined.
	window = 24 * time.Hour
	// quiet is how long no call may have come before it is worth a word.
	quiet = time.Hour
	// share of calls without a price or a department from which it is.
	share = 0.01
	// priceAge is how old the price list may be: vendors change theirs about
	// every month.
	priceAge = 60 * 24 * time.Hour
)

// Examine asks the ledger, and looks at the price list.
func Examine(ctx context.Context, reader ledger.Reader, prices *pricing.Catalogue, now time.Time) Findings {
	findings := Findings{examinePrices(prices, now)}
	groups, err := reader.Aggregate(ctx, ledger.Query{From: now.Add(-window), Until: now.Add(time.Minute), By: []ledger.Dimension{ledger.ByHour}})
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		return append(findings, Finding{"store", Warning, "answers, and is empty: no collector has written to it", "send the first call through `spanledger up`"})
	case err != nil:
		return append(findings, Finding{"store", Failed, err.Error(), "see that the store runs, and that --store names it"})
	}
	findings = append(findings, Finding{Check: "store", Grade: OK, Says: "answers"})

	var total ledger.Totals
	last := ""
	for i := range groups {
		total = report.Sum(total, groups[i].Totals)
		last = max(last, groups[i].Key[0])
	}
	findings = append(findings, examineArrival(total, last, now))
	if total.Calls == 0 {
		return findings
	}
	findings = append(findings, examineShare("prices of calls", total.Unpriced+total.Invalid, total.Calls, "have no price", "spanledger report cost --by provider,model,cost_status"))
	departments, err := report.Cost(ctx, reader, report.CostQuestion{
		Period: report.Since(window, now), Where: []ledger.Condition{{Dimension: ledger.ByDepartment, Values: []string{""}}},
	})
	if err != nil {
		return append(findings, Finding{"attribution", Failed, err.Error(), "see that the store runs"})
	}
	return append(findings, examineShare("attribution", departments.Total.Totals.Calls, total.Calls, "belong to no department",
		"spanledger report cost --by application,user --where department=(unattributed)"))
}

func examinePrices(prices *pricing.Catalogue, now time.Time) Finding {
	f := Finding{Check: "price list", Grade: OK, Says: "version " + prices.Version()}
	// Versions begin with the day of the list; one of the operator's own need not.
	if len(prices.Version()) < len(time.DateOnly) {
		return f
	}
	day, err := time.Parse(time.DateOnly, prices.Version()[:len(time.DateOnly)])
	if err == nil && now.Sub(day) > priceAge {
		f.Grade, f.Says = Warning, fmt.Sprintf("version %s is %d days old", prices.Version(), int(now.Sub(day).Hours()/24))
		f.Cure = "use a newer release, or lay newer prices over it"
	}
	return f
}

func examineArrival(total ledger.Totals, last string, now time.Time) Finding {
	if total.Calls == 0 {
		return Finding{"arrival", Warning, fmt.Sprintf("no call in the last %s", format.Elapsed(window)), "see that the application sends to the collector (OTEL_EXPORTER_OTLP_ENDPOINT)"}
	}
	// The hour ends an hour after its name.
	hour, err := time.Parse("2006-01-02T15", last)
	if err == nil && now.Sub(hour.Add(time.Hour)) > quiet {
		return Finding{"arrival", Warning, fmt.Sprintf("%d calls in the last %s, none since %s:59 UTC", total.Calls, format.Elapsed(window), last),
			"see that the application sends to the collector (OTEL_EXPORTER_OTLP_ENDPOINT)"}
	}
	return Finding{Check: "arrival", Grade: OK, Says: fmt.Sprintf("%d calls in the last %s", total.Calls, format.Elapsed(window))}
}

func examineShare(check string, part, whole int64, says, cure string) Finding {
	f := Finding{Check: check, Grade: OK, Says: fmt.Sprintf("%d of %d calls %s", part, whole, says)}
	if float64(part) > share*float64(whole) {
		f.Grade, f.Cure = Warning, cure
	}
	return f
}

// Document lays the findings out.
func (f Findings) Document() *format.Document {
	table := format.Table{Name: "checks", Columns: []format.Column{
		{Key: "check", Header: "Check"}, {Key: "grade", Header: "Grade"}, {Key: "finding", Header: "Finding"}, {Key: "cure", Header: "What to do"},
	}}
	for _, finding := range f {
		table.Rows = append(table.Rows, []any{finding.Check, string(finding.Grade), finding.Says, finding.Cure})
	}
	return &format.Document{Name: "check", Title: "Check", Tables: []format.Table{table}}
}
