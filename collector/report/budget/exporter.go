package budget

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// statusAge is how old the figures of a scrape may be: budgets move slowly,
	// and a scrape every few seconds must not keep the store busy.
	statusAge = 30 * time.Second
	// scrapeTimeout is below Prometheus' own, of 10 seconds.
	scrapeTimeout = 8 * time.Second
)

var _ prometheus.Collector = (*Exporter)(nil)

// Exporter gives the statuses of a plan to Prometheus:
//
//	spanledger_budget_amount_usd      planned for the period
//	spanledger_budget_spent_usd       spent of it so far
//	spanledger_budget_expected_usd    foreseen at its end; absent without history
//	spanledger_budget_burn_rate       pace of the last day, 1 = used up exactly at the end
//	spanledger_budget_period_start_timestamp_seconds
//	spanledger_budget_period_end_timestamp_seconds
//	spanledger_budget_state           1 for the state it is in, 0 for the others
//	spanledger_budget_up              whether the ledger could be asked
//
// each with the labels budget and period (month, week or day). Money is a
// double here, and nowhere else.
type Exporter struct {
	plan   *Plan
	reader ledger.Reader
	now    func() time.Time

	mu       sync.Mutex
	asked    time.Time
	statuses Statuses
	err      error

	amount, spent, expected, burn, start, end, state, up *prometheus.Desc
}

// NewExporter makes the exporter of a plan over a ledger.
func NewExporter(plan *Plan, reader ledger.Reader) *Exporter {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("spanledger_budget_"+name, help, append([]string{"budget", "period"}, labels...), nil)
	}
	return &Exporter{
		plan: plan, reader: reader, now: time.Now,
		amount:   desc("amount_usd", "Amount planned for the period."),
		spent:    desc("spent_usd", "Amount spent in the period so far."),
		expected: desc("expected_usd", "Forecast of the amount at the end of the period."),
		burn:     desc("burn_rate", "Burn rate of the last 24 hours; at 1 the budget is used up exactly at the end of the period."),
		start:    desc("period_start_timestamp_seconds", "When the period began."),
		end:      desc("period_end_timestamp_seconds", "When the next period begins."),
		state:    desc("state", "1 for the state of the budget, 0 for the other states.", "state"),
		up:       prometheus.NewDesc("spanledger_budget_up", "1 if the ledger could be queried, otherwise 0.", nil, nil),
	}
}

// Statuses are those of the last half minute, or asked for now; asOf is when
// they were asked for.
func (e *Exporter) Statuses(ctx context.Context) (statuses Statuses, asOf time.Time, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	if e.asked.IsZero() || now.Sub(e.asked) >= statusAge || e.err != nil {
		e.statuses, e.err = e.plan.Statuses(ctx, e.reader, now)
		e.asked = now
	}
	return e.statuses, e.asked, e.err
}

// Describe implements prometheus.Collector.
func (e *Exporter) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{e.amount, e.spent, e.expected, e.burn, e.start, e.end, e.state, e.up} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (e *Exporter) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	statuses, _, err := e.Statuses(ctx)
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	if err != nil {
		gauge(e.up, 0)
		return
	}
	gauge(e.up, 1)
	for i := range statuses {
		s := &statuses[i]
		name, period := s.Budget.Name, string(s.Budget.Every)
		gauge(e.amount, s.Budget.Amount.InexactFloat64(), name, period)
		gauge(e.spent, s.Spent.InexactFloat64(), name, period)
		gauge(e.burn, s.Burn, name, period)
		gauge(e.start, seconds(s.Period.From), name, period)
		gauge(e.end, seconds(s.Period.Until), name, period)
		if s.Forecast.Expected != nil {
			gauge(e.expected, s.Forecast.Expected.InexactFloat64(), name, period)
		}
		for _, state := range []State{OK, Foreseen, Warning, Exceeded} {
			value := 0.0
			if state == s.State {
				value = 1
			}
			gauge(e.state, value, name, period, string(state))
		}
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
