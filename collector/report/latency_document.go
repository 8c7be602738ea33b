package report

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Document lays the lines out.
func (a *LatencyAnswer) Document() *format.Document {
	by := a.Question.By
	table := format.Table{Name: "lines"}
	table.Columns = withDimensions(table.Columns, by,
		format.Column{Key: "requests", Header: "Requests", Kind: format.Count},
		format.Column{Key: "average_seconds", Header: "Avg", Kind: format.Duration},
		format.Column{Key: "p50_seconds", Header: "p50", Kind: format.Duration},
		format.Column{Key: "p95_seconds", Header: "p95", Kind: format.Duration},
		format.Column{Key: "p99_seconds", Header: "p99", Kind: format.Duration},
		format.Column{Key: "mean_time_to_first_chunk_seconds", Header: "First chunk", Kind: format.Duration},
		format.Column{Key: "output_tokens_per_second", Header: "Output/s", Kind: format.Number},
		format.Column{Key: "errors", Header: "Errors", Kind: format.Count},
	)
	for i := range a.Lines {
		table.Rows = append(table.Rows, a.Lines[i].values())
	}
	if len(table.Rows) > 0 {
		total := a.Total
		total.Labels = make([]string, len(by))
		total.Labels[0] = "All"
		table.Total = total.values()
	}
	doc := &format.Document{Name: "latency", Title: "Latency by " + phrase(by), Period: a.Question.Period.format(), Tables: []format.Table{table}}
	doc.Notes = a.Expired.note("their durations are no longer stored; the figures are those of the other requests")
	if a.More > 0 {
		doc.Notes = append(doc.Notes, fmt.Sprintf("%s left out.", format.Counted(int64(a.More), "faster line")))
	}
	return doc
}

func (l *LatencyLine) values() []any {
	row := make([]any, 0, len(l.Labels)+8)
	row = appendLabels(row, l.Labels)
	var firstChunk any // not known where nothing was streamed
	if l.Latency.MeanTTFC > 0 {
		firstChunk = l.Latency.MeanTTFC
	}
	return append(row, l.Totals.Calls, average(&l.Totals), l.Latency.P50, l.Latency.P95, l.Latency.P99, firstChunk, l.OutputRate(), l.Totals.Errors)
}
