package reportapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
)

type overview struct {
	AsOf     string    `json:"as_of"`
	Zone     string    `json:"zone"`
	LastHour stretch   `json:"last_hour"`
	Today    stretch   `json:"today"`
	Month    stretch   `json:"month"`
	Forecast forecast  `json:"forecast"`
	Period   stretch   `json:"period"`
	Before   stretch   `json:"before"`
	Problems []problem `json:"problems"`
	Movers   []mover   `json:"movers"`
	Notes    []string  `json:"notes"`
}

type forecast struct {
	Expected    *udecimal.Decimal `json:"expected_usd"`
	Low         *udecimal.Decimal `json:"low_usd"`
	High        *udecimal.Decimal `json:"high_usd"`
	HistoryDays int               `json:"history_days"`
}

type problem struct {
	Kind     report.ProblemKind `json:"kind"`
	Requests int64              `json:"requests"`
	Reason   string             `json:"reason"`
	Text     string             `json:"text"`
	Fix      string             `json:"fix"`
	Where    []string           `json:"where"`
}

type mover struct {
	Labels         map[string]string `json:"labels"`
	Requests       int64             `json:"requests"`
	BeforeRequests int64             `json:"before_requests"`
	Cost           udecimal.Decimal  `json:"cost_usd"`
	Before         udecimal.Decimal  `json:"before_usd"`
	Amount         udecimal.Decimal  `json:"change_usd"`
	Change         *float64          `json:"change"`
}

func askOverview(ctx context.Context, in *request) (any, error) {
	a, err := report.Overview(ctx, in.reader, report.OverviewQuestion{
		Period: in.period, Now: in.now, By: in.by, Where: in.where, Top: in.top,
	})
	if err != nil {
		return nil, err
	}
	out := overview{
		AsOf: in.rfc3339(in.now), Zone: in.period.Zone.String(),
		LastHour: in.stretch(&a.LastHour), Today: in.stretch(&a.Today), Month: in.stretch(&a.Month),
		Forecast: forecast{a.Forecast.Expected, a.Forecast.Low, a.Forecast.High, a.Forecast.HistoryDays},
		Period:   in.stretch(&a.Period), Before: in.stretch(&a.Before),
		Problems: []problem{}, Movers: moversOf(a.Movers), Notes: list(a.Notes),
	}
	for i := range a.Problems {
		out.Problems = append(out.Problems, problemOf(&a.Problems[i], in.period.Flags()))
	}
	return out, nil
}

func problemOf(p *report.Problem, period string) problem {
	out := problem{Kind: p.Kind, Requests: p.Requests, Reason: p.Reason, Where: conditionTexts(p.Where)}
	requests := format.Counted(p.Requests, "request")
	if p.Kind == report.ProblemUnattributed {
		out.Text = fmt.Sprintf("%s %s no %s.", requests, format.Verb(p.Requests, "has", "have"), p.Reason)
		out.Fix = "name it in the application (tracing.WithAttribution, or the resource attribute), or fill it in the collector with a lookup table of genai_normalizer"
		return out
	}
	why := explain.Why(p.Reason, period)
	of := strings.Trim(p.Provider+"/"+p.Model, "/")
	if of == "" {
		of = "an unknown model"
	}
	out.Text = strings.TrimSpace(fmt.Sprintf("%s of %s %s no price. %s", requests, of, format.Verb(p.Requests, "has", "have"), why.Text))
	out.Fix = why.Fix
	return out
}

func moversOf(movers []report.Mover) []mover {
	out := []mover{}
	for i := range movers {
		m := &movers[i]
		labels := map[string]string{}
		for j, d := range m.By {
			labels[string(d)] = m.Labels[j]
		}
		out = append(out, mover{
			Labels: labels, Requests: m.After.Calls, BeforeRequests: m.Before.Calls,
			Cost: m.After.Cost, Before: m.Before.Cost, Amount: m.Change(), Change: relative(m.After.Cost, m.Before.Cost),
		})
	}
	return out
}

// relative change of an amount; nil where there was nothing before.
func relative(now, before udecimal.Decimal) *float64 {
	if before.IsZero() {
		return nil
	}
	change := now.Sub(before).InexactFloat64() / before.InexactFloat64()
	return &change
}

// conditionTexts are conditions as the parameter where takes them.
func conditionTexts(conditions []ledger.Condition) []string {
	texts := []string{}
	for _, c := range conditions {
		texts = append(texts, report.FormatCondition(c))
	}
	return texts
}
