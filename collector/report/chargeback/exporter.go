package chargeback

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

const (
	// statementAge is how old figures are when they are made again: a statement sums
	// up months. Where there are none yet it is emptyAge.
	statementAge = time.Minute
	emptyAge     = 10 * time.Second
	// makingLimit is how long making them may take.
	makingLimit = time.Minute
	// shownMonths is how many closed months a scrape has.
	shownMonths = 12
)

var _ prometheus.Collector = (*Exporter)(nil)

// Exporter gives statements to Prometheus: of this month and the last, and of the
// closed months of a year, in the zone of the last closed month.
//
//	spanledger_chargeback_billed        in cents of the billing currency
//	spanledger_chargeback_own_cost_usd  of the department's own calls
//	spanledger_chargeback_up            whether the statements could be made
//
// with the labels department, month (2026-10), currency and state (open, closed).
// Money is a double here, and nowhere else.
type Exporter struct {
	book   *Book // nil = no month is closed
	rules  Rules
	reader ledger.Reader
	now    func() time.Time

	mu         sync.Mutex
	asked      time.Time // when the last making began
	making     bool
	statements []*Statement // of the last that succeeded
	err        error        // of the last

	billed, own, up *prometheus.Desc
}

// NewExporter makes the exporter of statements by rules.
func NewExporter(book *Book, rules Rules, reader ledger.Reader) *Exporter {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("spanledger_chargeback_"+name, help, labels, nil)
	}
	return &Exporter{
		book: book, rules: rules, reader: reader, now: time.Now,
		billed: desc("billed", "What a department is billed for a month, in its billing currency.", "department", "month", "currency", "state"),
		own:    desc("own_cost_usd", "Cost of the calls of a department in a month, before allocation, markup and adjustments.", "department", "month", "state"),
		up:     desc("up", "1 if the statements could be made, otherwise 0."),
	}
}

// last gives the statements that were made last. Those that are old are made again
// meanwhile: a scrape does not wait, because other figures are in it.
func (e *Exporter) last() (statements []*Statement, asked bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	age := emptyAge
	if e.err == nil && slices.ContainsFunc(e.statements, func(s *Statement) bool { return s.Ledger.Calls > 0 }) {
		age = statementAge
	}
	asked = !e.asked.IsZero() && (!e.making || e.statements != nil)
	if now := e.now(); !e.making && (e.asked.IsZero() || now.Sub(e.asked) >= age) {
		e.making, e.asked = true, now
		go e.refresh(now)
	}
	return e.statements, asked, e.err
}

func (e *Exporter) refresh(now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), makingLimit)
	defer cancel()
	statements, err := e.read(ctx, now)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.making, e.err = false, err
	if err == nil {
		e.statements = statements
	}
}

func (e *Exporter) read(ctx context.Context, now time.Time) ([]*Statement, error) {
	zone := time.UTC
	var closed []*Statement
	if e.book != nil {
		var err error
		if closed, err = e.book.Before(now.AddDate(0, 2, 0).Format(monthLayout), shownMonths); err != nil {
			return nil, err
		}
		if len(closed) > 0 {
			if zone, err = time.LoadLocation(closed[len(closed)-1].Zone); err != nil {
				return nil, err
			}
		}
	}
	statements := slices.Clone(closed)
	now = now.In(zone)
	for _, back := range []time.Month{1, 0} {
		month := report.Month(now.Year(), now.Month()-back, zone)
		name := month.From.In(zone).Format(monthLayout)
		if slices.ContainsFunc(closed, func(s *Statement) bool { return s.Month == name }) {
			continue
		}
		before := slices.DeleteFunc(slices.Clone(closed), func(s *Statement) bool { return s.Month >= name })
		s, err := New(ctx, e.reader, month, e.rules, before...)
		if err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, nil
}

// Describe implements prometheus.Collector.
func (e *Exporter) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{e.billed, e.own, e.up} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (e *Exporter) Collect(ch chan<- prometheus.Metric) {
	statements, asked, err := e.last()
	if !asked {
		return
	}
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	up := 1.0
	if err != nil {
		up = 0
	}
	gauge(e.up, up)
	for _, s := range statements {
		state := "open"
		if s.ClosedAt != nil {
			state = "closed"
		}
		for i := range s.Charges {
			c := &s.Charges[i]
			department := report.Label(ledger.ByDepartment, c.Department)
			gauge(e.billed, c.Billed.InexactFloat64(), department, s.Month, s.BillingCurrency(), state)
			gauge(e.own, c.Totals.Cost.InexactFloat64(), department, s.Month, state)
		}
	}
}
