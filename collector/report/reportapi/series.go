package reportapi

import (
	"context"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report"
)

type series struct {
	From     string       `json:"from"`
	Until    string       `json:"until"`
	Zone     string       `json:"zone"`
	Interval string       `json:"interval"`
	By       *string      `json:"by"`
	Buckets  []bucket     `json:"buckets"`
	Series   []seriesLine `json:"series"`
	Total    seriesLine   `json:"total"`
	Notes    []string     `json:"notes"`
}

type bucket struct {
	Start   string `json:"start"`
	Until   string `json:"until"`
	Partial bool   `json:"partial"`
}

type seriesLine struct {
	Label    string             `json:"label"`
	Rest     bool               `json:"rest"`
	Groups   int                `json:"groups"`
	Figures  figures            `json:"figures"`
	Cost     []udecimal.Decimal `json:"cost_usd"`
	Requests []int64            `json:"requests"`
	Errors   []int64            `json:"errors"`
	Input    []int64            `json:"input_tokens"`
	Output   []int64            `json:"output_tokens"`
}

func askSeries(ctx context.Context, in *request) (any, error) {
	by, err := in.one()
	if err != nil {
		return nil, err
	}
	a, err := report.Series(ctx, in.reader, report.SeriesQuestion{
		Period: in.period, Interval: report.Interval(in.query.Get("interval")), By: by, Where: in.where, Top: in.top,
	})
	if err != nil {
		return nil, err
	}
	out := series{
		From: in.rfc3339(in.period.From), Until: in.rfc3339(in.period.Until), Zone: in.period.Zone.String(),
		Interval: string(a.Question.Interval), Buckets: []bucket{}, Series: []seriesLine{},
		Total: seriesLineOf(&a.Total), Notes: list(a.Notes),
	}
	if by != "" {
		name := string(by)
		out.By = &name
	}
	for _, b := range a.Buckets {
		out.Buckets = append(out.Buckets, bucket{in.rfc3339(b.From), in.rfc3339(b.Until), b.Partial})
	}
	for i := range a.Lines {
		out.Series = append(out.Series, seriesLineOf(&a.Lines[i]))
	}
	if a.Rest != nil {
		rest := seriesLineOf(a.Rest)
		rest.Rest = true
		out.Series = append(out.Series, rest)
	}
	return out, nil
}

func seriesLineOf(l *report.SeriesLine) seriesLine {
	n := len(l.Buckets)
	out := seriesLine{
		Label: l.Label, Groups: l.Groups, Figures: figuresOf(&l.Totals),
		Cost: make([]udecimal.Decimal, n), Requests: make([]int64, n), Errors: make([]int64, n),
		Input: make([]int64, n), Output: make([]int64, n),
	}
	for i := range l.Buckets {
		t := &l.Buckets[i]
		out.Cost[i], out.Requests[i], out.Errors[i], out.Input[i], out.Output[i] = t.Cost, t.Calls, t.Errors, t.Input, t.Output
	}
	return out
}
