package digest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/optimize"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Question asks for a digest.
type Question struct {
	Cycle  Cycle
	Now    time.Time // in the zone of its days
	Where  []ledger.Condition
	By     ledger.Dimension   // of the movers; "" = application
	Budget *budget.Plan       // nil = none
	Prices *pricing.Catalogue // nil = the built-in ones
	Link   string             // where to read on; "" = nowhere
}

// Digest holds the text to send.
type Digest struct {
	Title string
	Lines []string // without Title; each begins with its subject
	Link  string
}

const (
	causes    = 3
	movers    = 3
	unpricedN = 2 // models named
)

// Make asks reader for the newest cycle that is over.
func Make(ctx context.Context, reader ledger.Reader, q Question) (*Digest, error) {
	last, before := q.Cycle.Last(q.Now)
	change, err := report.Change(ctx, reader, report.ChangeQuestion{
		Before: before, After: last, Where: q.Where, By: []ledger.Dimension{cmp.Or(q.By, ledger.ByApplication)}, Top: movers, Prices: q.Prices,
	})
	if err != nil {
		return nil, err
	}
	total := &change.After.Totals
	d := &Digest{
		Title: fmt.Sprintf("LLM cost of %s: %s USD, %s", q.Cycle.name(last), spent(total), format.Counted(total.Calls, "request")),
		Link:  q.Link,
	}
	d.add(changed(change, q.Cycle))
	for _, line := range causeLines(change) {
		d.add(line)
	}
	d.add(moverLine(change))
	if q.Budget != nil {
		statuses, err := q.Budget.Statuses(ctx, reader, q.Now)
		if err != nil {
			return nil, err
		}
		d.add(budgetLine(statuses))
	}
	unpriced, err := unpricedLine(ctx, reader, &q, last, total)
	if err != nil {
		return nil, err
	}
	d.add(unpriced)
	saving, err := savingLine(ctx, reader, &q, last)
	if err != nil {
		return nil, err
	}
	d.add(saving)
	return d, nil
}

func (d *Digest) add(line string) {
	if line != "" {
		d.Lines = append(d.Lines, line)
	}
}

// money is an amount with two decimals, which a digest needs.
func money(d udecimal.Decimal) string {
	if !d.IsZero() && d.Abs().LessThan(udecimal.MustParse("0.01")) {
		return format.Figure(format.Money, d, format.Period{})
	}
	whole, fraction, _ := strings.Cut(d.RoundHAZ(2).StringFixed(2), ".")
	sign, digits := "", whole
	if strings.HasPrefix(whole, "-") {
		sign, digits = "-", whole[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits + "." + fraction
}

// spent is a cost, with a mark where it leaves calls out.
func spent(t *ledger.Totals) string {
	if t.Unpriced+t.Invalid > 0 {
		return money(t.Cost) + format.Incomplete
	}
	return money(t.Cost)
}

// signed is a change: what is more has a plus.
func signed(d udecimal.Decimal) string {
	if d.IsPos() {
		return "+" + money(d)
	}
	return money(d)
}

func changed(a *report.ChangeAnswer, c Cycle) string {
	before := a.Before.Totals.Cost
	if before.IsZero() {
		return fmt.Sprintf("Change: %s USD; nothing was spent the %s before", signed(a.Change()), c)
	}
	percent := 100 * a.Change().InexactFloat64() / before.InexactFloat64()
	return fmt.Sprintf("Change: %s USD (%+.1f%%) against the %s before", signed(a.Change()), percent, c)
}

// causeLines are the largest steps from the earlier cost to the later one, up or down.
func causeLines(a *report.ChangeAnswer) []string {
	steps := slices.DeleteFunc(slices.Clone(a.Steps), func(s report.ChangeStep) bool { return s.Amount.IsZero() })
	rowsort.StableFunc(steps, func(x, y report.ChangeStep) int { return y.Amount.Abs().Cmp(x.Amount.Abs()) })
	var lines []string
	for _, s := range steps[:min(causes, len(steps))] {
		lines = append(lines, fmt.Sprintf("Cause: %s, %s USD (%s)", strings.ToLower(s.Title()), signed(s.Amount), s.Text))
	}
	return lines
}

func moverLine(a *report.ChangeAnswer) string {
	var parts []string
	for i := range a.Movers {
		parts = append(parts, fmt.Sprintf("%s %s", strings.Join(a.Movers[i].Labels, "/"), signed(a.Movers[i].Change())))
	}
	if len(parts) == 0 {
		return ""
	}
	return "Largest changes: " + strings.Join(parts, ", ") + " USD"
}

// budgetLine names the budgets that are not well, the worst first.
func budgetLine(statuses budget.Statuses) string {
	rank := map[budget.State]int{budget.Exceeded: 0, budget.Warning: 1, budget.Foreseen: 2}
	var bad []budget.Status
	for _, s := range statuses {
		if s.State != budget.OK {
			bad = append(bad, s)
		}
	}
	if len(bad) == 0 {
		return fmt.Sprintf("Budgets: all %d within their limits now", len(statuses))
	}
	rowsort.StableFunc(bad, func(a, b budget.Status) int { return rank[a.State] - rank[b.State] })
	var parts []string
	for _, s := range bad[:min(movers, len(bad))] {
		parts = append(parts, fmt.Sprintf("%q %s (%.0f%% used)", s.Budget.Name, s.State, 100*s.Used))
	}
	return fmt.Sprintf("Budgets: %d of %d need attention now: %s", len(bad), len(statuses), strings.Join(parts, ", "))
}

// unpricedLine says how many requests are not in the cost, and of which models.
func unpricedLine(ctx context.Context, reader ledger.Reader, q *Question, p report.Period, total *ledger.Totals) (string, error) {
	n := total.Unpriced + total.Invalid
	if n == 0 {
		return fmt.Sprintf("Without a price: none of %s", format.Counted(total.Calls, "request")), nil
	}
	groups, err := report.Sums(ctx, reader, ledger.Query{From: p.From, Until: p.Until, Zone: p.Zone, Where: q.Where, By: []ledger.Dimension{ledger.ByModel}})
	if err != nil {
		return "", fmt.Errorf("read calls by model: %w", err)
	}
	missing := func(g *ledger.Group) int64 { return g.Totals.Unpriced + g.Totals.Invalid }
	rowsort.StableFunc(groups, func(a, b ledger.Group) int { return cmp.Compare(missing(&b), missing(&a)) })
	var models []string
	for i := range groups {
		if missing(&groups[i]) > 0 && len(models) < unpricedN {
			models = append(models, report.Label(ledger.ByModel, groups[i].Key[0]))
		}
	}
	return fmt.Sprintf("Without a price: %s of %s, not in the cost (%s)", format.Grouped(n), format.Counted(total.Calls, "request"), strings.Join(models, ", ")), nil
}

func savingLine(ctx context.Context, reader ledger.Reader, q *Question, p report.Period) (string, error) {
	a, err := optimize.Find(ctx, reader, optimize.Question{Period: p, Where: q.Where, Prices: q.Prices})
	if err != nil {
		return "", err
	}
	if len(a.Recommendations) == 0 {
		return "Best saving: nothing to recommend", nil
	}
	best := &a.Recommendations[0]
	return fmt.Sprintf("Best saving: %s USD, %s confidence: %s (%s)", money(best.Saving), best.Confidence, best.Advice, best.Subject), nil
}

// Text is the digest as plain text.
func (d *Digest) Text() string {
	var b strings.Builder
	b.WriteString(format.OneLine(d.Title) + "\n")
	for _, line := range d.Lines {
		b.WriteString("- " + format.OneLine(line) + "\n")
	}
	if d.Link != "" {
		b.WriteString("- More: " + d.Link + "\n")
	}
	return b.String()
}
