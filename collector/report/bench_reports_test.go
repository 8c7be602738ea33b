package report_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/digest"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/optimize"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// benchReport is a report that BenchmarkReports asks for.
type benchReport struct {
	name string
	cold bool // the first answer is that of a server that has just started
	ask  func(context.Context, ledger.Reader) error
}

// asked makes a benchReport of a report's own function.
func asked[Q, A any](name string, ask func(context.Context, ledger.Reader, Q) (A, error), q Q) benchReport {
	return benchReport{name: name, ask: func(ctx context.Context, r ledger.Reader) error {
		_, err := ask(ctx, r, q)
		return err
	}}
}

// benchReports are the reports of 30 days that end now, unless their name says otherwise.
func benchReports(b *testing.B, store ledger.Store, now time.Time) []benchReport {
	b.Helper()
	month, calendar := report.Days(30, now), report.Month(now.Year(), now.Month(), time.UTC)
	half := report.Period{From: now.AddDate(0, 0, -15), Until: now}
	by := func(d ...ledger.Dimension) []ledger.Dimension { return d }
	plan, err := budget.ReadPlan(strings.NewReader(`budgets: [{name: all, amount: "1000"}, {name: one, amount: "100", scope: {department: dep-1}}]`))
	require.NoError(b, err)
	some, err := store.Calls(b.Context(), now.AddDate(0, 0, -3), now.AddDate(0, 0, -3).Add(time.Hour))
	require.NoError(b, err)
	require.NotEmpty(b, some, "calls of an hour three days ago")
	one := some[0]

	reports := []benchReport{
		{"one trace by its id", true, func(ctx context.Context, r ledger.Reader) error {
			_, err := r.Trace(ctx, one.TraceID)
			return err
		}},
		{"explain a span by its id", true, func(ctx context.Context, r ledger.Reader) error {
			_, err := explain.Find(ctx, r, one.SpanID, month.From, month.Until, pricing.Default())
			return err
		}},
		{"chargeback of the month", true, func(ctx context.Context, r ledger.Reader) error {
			_, err := chargeback.New(ctx, r, calendar, chargeback.Rules{Allocate: chargeback.Proportional})
			return err
		}},
		{"cost by user, top 20, without percentiles", true, func(ctx context.Context, r ledger.Reader) error {
			_, err := report.Cost(ctx, r, report.CostQuestion{Period: month, By: by(ledger.ByUser), Top: 20, WithoutPercentiles: true})
			return err
		}},
		asked("cost by department and model, without percentiles", report.Cost, report.CostQuestion{Period: month, By: by(ledger.ByDepartment, ledger.ByModel), WithoutPercentiles: true}),
		asked("cost by user, top 20", report.Cost, report.CostQuestion{Period: month, By: by(ledger.ByUser), Top: 20}),
		asked("cost by department and model", report.Cost, report.CostQuestion{Period: month, By: by(ledger.ByDepartment, ledger.ByModel)}),
		asked("cost by conversation, top 20, without percentiles", report.Cost, report.CostQuestion{Period: month, By: by(ledger.ByConversation), Top: 20, WithoutPercentiles: true}),
		asked("cost by prompt version, without percentiles", report.Cost, report.CostQuestion{Period: month, By: by(ledger.ByPromptVersion), WithoutPercentiles: true}),
		asked("daily", report.Daily, report.DailyQuestion{Period: month}),
		asked("peaks", report.Peaks, report.PeaksQuestion{Period: month}),
		asked("errors", report.Errors, report.ErrorsQuestion{Period: month}),
		asked("latency by model", report.Latency, report.LatencyQuestion{Period: month}),
		asked("latency by model of a day", report.Latency, report.LatencyQuestion{Period: report.Since(24*time.Hour, now)}),
		asked("summary of 7 days", report.Summary, report.SummaryQuestion{Period: report.Days(7, now)}),
		asked("forecast by department", report.Forecast, report.ForecastQuestion{Period: calendar, Now: now, By: by(ledger.ByDepartment)}),
		asked("anomalies of a day by application", report.Anomalies, report.AnomaliesQuestion{Period: report.Since(24*time.Hour, now)}),
		asked("change of 15 days", report.Change, report.ChangeQuestion{Before: report.Period{From: now.AddDate(0, 0, -30), Until: half.From}, After: half}),
		asked("waste", report.Waste, report.WasteQuestion{Period: month}),
		asked("cache", report.Cache, report.CacheQuestion{Period: month}),
		asked("context by agent", report.Context, report.ContextQuestion{Period: month, By: by(ledger.ByAgent)}),
		{"quality by model", false, func(ctx context.Context, r ledger.Reader) error {
			a, err := report.Quality(ctx, r, report.QualityQuestion{Period: month, By: by(ledger.ByModel)})
			if err == nil && len(a.Lines) == 0 {
				return errNothing
			}
			return err
		}},
		asked("unit by department", report.Unit, report.UnitQuestion{Period: month, Outcome: "resolved", By: by(ledger.ByDepartment)}),
		asked("runs, newest 20", report.Traces, report.TracesQuestion{Period: month}),
		asked("runs, most expensive 20", report.Traces, report.TracesQuestion{Period: month, Order: ledger.DearestFirst}),
		asked("calls, newest 100", report.Calls, report.CallsQuestion{Period: month}),
		asked("calls, most expensive 100", report.Calls, report.CallsQuestion{Period: month, Order: ledger.DearestFirst}),
		asked("calls, newest 100 that failed", report.Calls, report.CallsQuestion{Period: month, Errors: true}),
		asked("conversations, newest 20", report.Conversations, report.CallsQuestion{Period: month}),
		asked("one conversation", report.Conversation, report.ConversationQuestion{ID: one.ConversationID, Period: month}),
		asked("optimize", optimize.Find, optimize.Question{Period: month}),
		asked("digest of a week", digest.Make, digest.Question{Cycle: digest.Week, Now: now}),
		asked("overview of 30 days", report.Overview, report.OverviewQuestion{Period: month, Now: now}),
		{"status of two budgets", false, func(ctx context.Context, r ledger.Reader) error {
			_, err := plan.Statuses(ctx, r, now)
			return err
		}},
	}
	return reports
}
