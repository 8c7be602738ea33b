package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays out one heat map each of calls, tokens and cost, the figures
// behind them for programs, and the busiest hours.
func (a *PeaksAnswer) Document() *format.Document {
	doc := &format.Document{Name: "peaks", Title: "Load by hour of the week", Period: a.Question.Period.format()}
	for _, measure := range []struct {
		name, title string
		of          func(*ledger.Totals) float64
	}{
		{"calls", "Calls", func(t *ledger.Totals) float64 { return float64(t.Calls) }},
		{"tokens", "Tokens", func(t *ledger.Totals) float64 { return float64(t.Input + t.Output) }},
		{"cost", "Cost", func(t *ledger.Totals) float64 { return t.Cost.InexactFloat64() }},
	} {
		if a.Total.Calls > 0 {
			doc.Tables = append(doc.Tables, a.heatMap(measure.name, measure.title, measure.of))
		}
	}
	doc.Tables = append(doc.Tables, a.busiest())
	doc.Notes = a.Expired.missingNote()
	if a.Total.Calls > 0 {
		for i := range a.Busiest {
			if h := &a.Busiest[i]; h.Length != time.Hour {
				doc.Notes = append(doc.Notes, fmt.Sprintf("The clocks changed in the hour %s: it lasted %s.", h.name(), h.Length))
			}
		}
		doc.Notes = append(doc.Notes, append([]string{"Each cell is the average of that hour over the period, shaded against the fullest."}, gaps(&a.Total, a.Question.Period, a.Question.Where)...)...)
	}
	return doc
}

func (a *PeaksAnswer) heatMap(name, title string, of func(*ledger.Totals) float64) format.Table {
	table := format.Table{Name: name + "_by_hour_of_week", Title: title, Columns: []format.Column{
		{Key: "weekday", Header: "Day"},
		{Key: "heat", Header: "00    06    12    18    ", Kind: format.Bar},
		{Key: "peak_hour", Header: "Fullest"},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "tokens", Header: "Tokens", Kind: format.Count},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
	}}
	average := func(h *WeekHour) float64 {
		if h.Occurrences == 0 {
			return 0
		}
		return of(&h.Totals) / float64(h.Occurrences)
	}
	top := 0.0
	for day := range a.Hours {
		for hour := range a.Hours[day] {
			top = max(top, average(&a.Hours[day][hour]))
		}
	}
	for day := range a.Hours {
		var heat strings.Builder
		var total ledger.Totals
		fullest := 0
		for hour := range a.Hours[day] {
			h := &a.Hours[day][hour]
			heat.WriteString(format.Shade(average(h), top))
			if average(h) > average(&a.Hours[day][fullest]) {
				fullest = hour
			}
			total = total.Add(h.Totals)
		}
		var peak any
		if total.Calls > 0 {
			peak = fmt.Sprintf("%02d:00", fullest)
		}
		table.Rows = append(table.Rows, []any{weekdays[day], heat.String(), peak, total.Calls, total.Input + total.Output, CostCell(&total)})
	}
	table.Total = []any{"Total", "", nil, a.Total.Calls, a.Total.Input + a.Total.Output, CostCell(&a.Total)}
	return table
}

func (h *Hour) name() string { return strings.Replace(h.Hour, "T", " ", 1) + ":00" }

func (a *PeaksAnswer) busiest() format.Table {
	table := format.Table{Name: "busiest_hours", Title: "Busiest hours", Columns: []format.Column{
		{Key: "hour", Header: "Hour"},
		{Key: "requests", Header: "Requests", Kind: format.Count},
		{Key: "requests_per_minute", Header: "Per minute", Kind: format.Number},
		{Key: "tokens_per_minute", Header: "Tokens/min", Kind: format.Number},
		{Key: "input_tokens", Header: "Input", Kind: format.Count},
		{Key: "output_tokens", Header: "Output", Kind: format.Count},
		{Key: "cost_usd", Header: "Cost (USD)", Kind: format.Money},
		{Key: "errors", Header: "Errors", Kind: format.Count},
	}}
	for i := range a.Busiest {
		h := &a.Busiest[i]
		t := &h.Totals
		table.Rows = append(table.Rows, []any{
			h.name(), t.Calls, h.perMinute(t.Calls), h.perMinute(t.Input + t.Output),
			t.Input, t.Output, CostCell(t), t.Errors,
		})
	}
	return table
}
