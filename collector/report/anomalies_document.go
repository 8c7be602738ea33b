package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the anomalies out.
func (a *AnomaliesAnswer) Document() *format.Document {
	table := format.Table{Name: "anomalies", Empty: "nothing unusual"}
	table.Columns = withDimensions(table.Columns, a.Question.By,
		format.Column{Key: "measure", Header: "Measure"},
		format.Column{Key: "now", Header: "Now"},
		format.Column{Key: "usual", Header: "Usual"},
		format.Column{Key: "times", Header: "Times", Kind: format.Number},
		format.Column{Key: "what_changed", Header: "What changed"},
		format.Column{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
	)
	for i := range a.Anomalies {
		n := &a.Anomalies[i]
		var row []any
		row = appendLabels(row, n.Labels)
		var times any
		if n.Usual > 0 {
			times = n.Now / n.Usual
		}
		changed := strings.Join(n.Causes, "; ")
		table.Rows = append(table.Rows, append(row, string(n.Measure), n.Measure.text(n.Now), n.Measure.text(n.Usual),
			times, changed, CostCell(&n.Totals), n.Totals.Calls))
	}
	doc := &format.Document{
		Name: "anomalies", Title: "Anomalies by " + phrase(a.Question.By), Period: a.Question.Period.format(), Tables: []format.Table{table},
		Notes: append(a.Expired.missingNote(),
			fmt.Sprintf("Compared with the same hours of the %d weeks before: %s compared, %s with too little data (required: %s in the period and in %d of the weeks).",
				baselineWeeks, format.Grouped(int64(a.Judged)), format.Grouped(int64(a.TooFew)), format.Counted(a.Question.MinCalls, "call"), minBaselineWeeks)),
	}
	if len(a.Anomalies) > 0 {
		doc.Notes = append(doc.Notes, "To see the causes of the first change: "+a.changeCommand(&a.Anomalies[0]))
	}
	return doc
}

// changeCommand compares the period of an anomaly with the same hours a week before.
func (a *AnomaliesAnswer) changeCommand(n *Anomaly) string {
	p := a.Question.Period
	at := func(t time.Time) string { return t.In(p.zone()).Format(time.RFC3339) }
	where := slices.Clone(a.Question.Where)
	for i, d := range a.Question.By {
		where = append(where, ledger.Condition{Dimension: d, Values: []string{Value(d, n.Labels[i])}})
	}
	p.flags = strings.Join([]string{
		Flag("from", at(p.From)), Flag("to", at(p.Until)),
		Flag("before-from", at(p.From.AddDate(0, 0, -7))), Flag("before-to", at(p.Until.AddDate(0, 0, -7))),
	}, " ") + zoneFlag(p.zone())
	return p.Command("report change", where...)
}

// text writes a value in the measure's unit.
func (m Measure) text(v float64) string {
	switch m {
	case MeasureCost:
		return format.Cost(estimated(v))
	case MeasureErrors:
		return format.Figure(format.Share, v, format.Period{})
	}
	return format.Figure(format.Count, int64(v), format.Period{})
}
