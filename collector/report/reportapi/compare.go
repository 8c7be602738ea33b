package reportapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

type comparison struct {
	Before comparisonSide   `json:"before"`
	After  comparisonSide   `json:"after"`
	Amount udecimal.Decimal `json:"change_usd"`
	Change *float64         `json:"change"`
	Steps  []step           `json:"steps"`
	Movers []mover          `json:"movers"`
	Notes  []string         `json:"notes"`
}

type step struct {
	Name   string           `json:"name"`
	Amount udecimal.Decimal `json:"change_usd"`
	Text   string           `json:"text"`
}

type comparisonSide struct {
	From       string     `json:"from"`
	Until      string     `json:"until"`
	Where      []string   `json:"where"`
	Figures    figures    `json:"figures"`
	PerRequest perRequest `json:"per_request"`
	Latency    latency    `json:"latency"`
}

type perRequest struct {
	Cost       *udecimal.Decimal `json:"cost_usd"`
	Input      *float64          `json:"input_tokens"`
	Output     *float64          `json:"output_tokens"`
	CacheShare *float64          `json:"cache_share"`
	ErrorRate  *float64          `json:"error_rate"`
}

type latency struct {
	Average *float64 `json:"average_seconds"`
	P50     *float64 `json:"p50_seconds"`
	P95     *float64 `json:"p95_seconds"`
}

func askCompare(ctx context.Context, in *request) (any, error) {
	q := report.ChangeQuestion{After: in.period, By: in.by, Where: in.where, Top: in.top, Latency: true, Prices: in.config.prices}
	var err error
	if q.Before, err = in.before(); err != nil {
		return nil, err
	}
	if q.WhereBefore, err = in.conditions("a"); err != nil {
		return nil, err
	}
	if q.WhereAfter, err = in.conditions("b"); err != nil {
		return nil, err
	}
	a, err := report.Change(ctx, in.reader, q)
	if err != nil {
		return nil, err
	}
	out := comparison{
		Before: in.side(&a.Before, slices.Concat(q.Where, q.WhereBefore)),
		After:  in.side(&a.After, slices.Concat(q.Where, q.WhereAfter)),
		Amount: a.Change(), Change: relative(a.After.Totals.Cost, a.Before.Totals.Cost),
		Steps: []step{}, Movers: moversOf(a.Movers), Notes: list(a.Notes),
	}
	for _, s := range a.Steps {
		out.Steps = append(out.Steps, step(s))
	}
	return out, nil
}

// before is the earlier period. Without one it is as long as the later and just
// before it; if conditions distinguish the sides, it is the same.
func (in *request) before() (report.Period, error) {
	from, to := in.query.Get("before_from"), in.query.Get("before_to")
	switch {
	case from == "" && to == "" && (in.query.Has("a") || in.query.Has("b")):
		return in.period, nil
	case from == "" && to == "":
		length := in.period.Until.Sub(in.period.From)
		return report.Period{From: in.period.From.Add(-length), Until: in.period.From, Zone: in.period.Zone}, nil
	case from == "" || to == "":
		return report.Period{}, &report.ParameterError{Parameter: "before_from", Value: from, Err: fmt.Errorf("give before_from and before_to, or neither")}
	}
	period, err := report.ParsePeriod("", from, to, in.period.Zone, in.now)
	if parameter, ok := errors.AsType[*report.ParameterError](err); ok {
		parameter.Parameter = "before_" + parameter.Parameter
	}
	return period, err
}

func (in *request) side(s *report.Stretch, where []ledger.Condition) comparisonSide {
	t := &s.Totals
	side := comparisonSide{
		From: in.rfc3339(s.Period.From), Until: in.rfc3339(s.Period.Until), Where: conditionTexts(where), Figures: figuresOf(t),
		PerRequest: perRequest{
			Input: fraction(t.Input, t.Calls), Output: fraction(t.Output, t.Calls),
			CacheShare: fraction(t.CacheRead, t.Input), ErrorRate: fraction(t.Errors, t.Calls),
		},
	}
	side.PerRequest.Cost = (&report.CostLine{Totals: *t}).AverageCost()
	if t.Calls > 0 {
		side.Latency.Average = seconds((&report.CostLine{Totals: *t}).AverageDuration())
		if s.Latency != nil {
			side.Latency.P50, side.Latency.P95 = seconds(s.Latency.P50), seconds(s.Latency.P95)
		}
	}
	return side
}
