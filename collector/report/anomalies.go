package report

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// AnomaliesQuestion asks what is unlike the same hours of the weeks before.
type AnomaliesQuestion struct {
	Period Period             // to look at: a day, an hour
	By     []ledger.Dimension // scopes; none = application
	Where  []ledger.Condition
	// MinCalls is how many calls a scope needs, now or usually, to be judged.
	// 0 = 30.
	MinCalls int64
	// MinChange is the least relative change that is significant: 0.5 is half
	// as much again. 0 = 0.5.
	MinChange float64
}

// AnomaliesAnswer holds the largest changes in cost first.
type AnomaliesAnswer struct {
	Question  AnomaliesQuestion
	Anomalies []Anomaly
	Judged    int // scopes with enough data
	TooFew    int // scopes without
	// Expired are calls of the period and of the weeks before that the question
	// leaves out, because only sums are kept of them.
	Expired Expired
}

// Anomaly is one scope and one measure that left its usual range.
type Anomaly struct {
	Labels  []string
	Measure Measure
	Now     float64 // USD, tokens, or errors a call
	Usual   float64 // median of the same hours of the weeks before
	Limit   float64 // the end of the usual range that was passed
	Totals  ledger.Totals
	Causes  []string // what changed, the strongest first
}

// Measure names the figure that was compared.
type Measure string

// Measures.
const (
	MeasureCost   Measure = "cost"
	MeasureTokens Measure = "tokens"
	MeasureErrors Measure = "error rate"
)

const (
	// baselineWeeks are compared with: enough for a median, few enough for
	// habits to have stayed the same.
	baselineWeeks = 4
	// minBaselineWeeks with data make a judgement.
	minBaselineWeeks = 2
	// deviations a value may stray: for a normal distribution three in a
	// thousand do by chance.
	deviations = 3
	// madScale makes the median absolute deviation comparable with a standard
	// deviation.
	madScale = 1.4826

	defaultAnomalyCalls  = 30
	defaultAnomalyChange = 0.5
	// minErrorRate is no anomaly, however good the weeks before were.
	minErrorRate = 0.02
)

// Anomalies asks reader the question. Each scope is compared with its own
// median over the same hours of the four weeks before; how far those weeks lie
// apart decides what is unusual. New scopes, and scopes with few calls, are
// counted but not judged.
func Anomalies(ctx context.Context, reader ledger.Reader, q AnomaliesQuestion) (*AnomaliesAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByApplication}
	}
	q.MinCalls = cmp.Or(q.MinCalls, defaultAnomalyCalls)
	q.MinChange = cmp.Or(q.MinChange, defaultAnomalyChange)
	var weeksBack [baselineWeeks + 1]map[string]*scope
	var asks []func() error
	for weeks := range weeksBack {
		asks = append(asks, func() (err error) {
			weeksBack[weeks], err = scopesOf(ctx, reader, q, weeks)
			return err
		})
	}
	answer := &AnomaliesAnswer{Question: q}
	err := sideBySide(append(asks, func() (err error) {
		whole := q.query(baselineWeeks)
		whole.Until = q.Period.Until
		answer.Expired, err = missing(ctx, reader, whole)
		return err
	})...)
	if err != nil {
		return nil, err
	}
	now, before := weeksBack[0], weeksBack[1:]
	for name, s := range now {
		var weeks []*scope
		for _, earlier := range before {
			if usual, ok := earlier[name]; ok && usual.totals.Calls >= q.MinCalls {
				weeks = append(weeks, usual)
			}
		}
		if len(weeks) < minBaselineWeeks || s.totals.Calls < q.MinCalls {
			answer.TooFew++
			continue
		}
		answer.Judged++
		answer.Anomalies = append(answer.Anomalies, q.judge(s, weeks)...)
	}
	rowsort.Func(answer.Anomalies, func(a, b Anomaly) int {
		return cmp.Or(b.Totals.Cost.Cmp(a.Totals.Cost), slices.Compare(a.Labels, b.Labels), cmp.Compare(a.Measure, b.Measure))
	})
	return answer, nil
}

// scope is the calls of one scope in one period, also by model.
type scope struct {
	labels []string
	totals ledger.Totals
	models map[string]ledger.Totals
}

// query asks for the period, or for the same hours some weeks before it.
func (q *AnomaliesQuestion) query(weeksBack int) ledger.Query {
	// Weeks of the calendar: the same hours by the clock, whatever it did since.
	back := func(t time.Time) time.Time { return t.In(q.Period.zone()).AddDate(0, 0, -week*weeksBack) }
	return ledger.Query{
		From: back(q.Period.From), Until: back(q.Period.Until), Zone: q.Period.zone(), Where: q.Where,
		By: append(slices.Clone(q.By), ledger.ByModel),
	}
}

func scopesOf(ctx context.Context, reader ledger.Reader, q AnomaliesQuestion, weeksBack int) (map[string]*scope, error) {
	groups, err := Sums(ctx, reader, q.query(weeksBack))
	if err != nil {
		return nil, fmt.Errorf("read the calls of %d weeks before: %w", weeksBack, err)
	}
	scopes := map[string]*scope{}
	for i := range groups {
		key, model := groups[i].Key[:len(q.By)], groups[i].Key[len(q.By)]
		name := strings.Join(key, "\x00")
		s, ok := scopes[name]
		if !ok {
			s = &scope{labels: labels(q.By, key), models: map[string]ledger.Totals{}}
			scopes[name] = s
		}
		s.totals = s.totals.Add(groups[i].Totals)
		s.models[model] = s.models[model].Add(groups[i].Totals)
	}
	return scopes, nil
}

// measures are the figures of a scope that are compared.
var measures = []struct {
	name Measure
	of   func(*ledger.Totals) float64
	// least is a change too small to matter, in the measure's unit.
	least float64
}{
	{MeasureCost, func(t *ledger.Totals) float64 { return t.Cost.InexactFloat64() }, 0.01},
	{MeasureTokens, func(t *ledger.Totals) float64 { return float64(t.Input + t.Output) }, 1000},
	{MeasureErrors, func(t *ledger.Totals) float64 { return ratio(t.Errors, t.Calls) }, minErrorRate},
}

func (q *AnomaliesQuestion) judge(now *scope, weeks []*scope) []Anomaly {
	var found []Anomaly
	for _, m := range measures {
		var usual []float64
		for _, w := range weeks {
			usual = append(usual, m.of(&w.totals))
		}
		middle := median(usual)
		var strays []float64
		for _, u := range usual {
			strays = append(strays, math.Abs(u-middle))
		}
		room := max(deviations*madScale*median(strays), q.MinChange*middle, m.least)
		value := m.of(&now.totals)
		if value <= middle+room {
			continue
		}
		found = append(found, Anomaly{
			Labels: now.labels, Measure: m.name, Now: value, Usual: middle, Limit: middle + room,
			Totals: now.totals, Causes: causes(m.name, now, weeks),
		})
	}
	return found
}

// causes take a change apart: how many calls, how long, on which models, and
// at what price.
func causes(measure Measure, now *scope, weeks []*scope) []string {
	var usual ledger.Totals
	models := map[string]ledger.Totals{}
	for _, w := range weeks {
		usual = usual.Add(w.totals)
		for model, t := range w.models {
			models[model] = models[model].Add(t)
		}
	}
	n := float64(len(weeks))
	type factor struct {
		name   string
		change float64
	}
	tokens := func(t *ledger.Totals) float64 { return float64(t.Input + t.Output) }
	per := func(a, b float64) float64 {
		if b == 0 {
			return 0
		}
		return a / b
	}
	factors := []factor{
		{"calls", per(float64(now.totals.Calls), float64(usual.Calls)/n)},
		{"input tokens a call", per(per(float64(now.totals.Input), float64(now.totals.Calls)), per(float64(usual.Input), float64(usual.Calls)))},
		{"output tokens a call", per(per(float64(now.totals.Output), float64(now.totals.Calls)), per(float64(usual.Output), float64(usual.Calls)))},
	}
	switch measure {
	case MeasureCost:
		factors = append(factors, factor{"cost a token", per(
			per(now.totals.Cost.InexactFloat64(), tokens(&now.totals)), per(usual.Cost.InexactFloat64(), tokens(&usual)))})
	case MeasureErrors:
		factors = factors[:1]
	}
	rowsort.StableFunc(factors, func(a, b factor) int { return cmp.Compare(strength(b.change), strength(a.change)) })
	var said []string
	for _, f := range factors {
		// A tenth is within what days differ by.
		if strength(f.change) > math.Log(1.1) {
			said = append(said, fmt.Sprintf("%s x%.1f", f.name, f.change))
		}
	}
	if shift := modelShift(now, usual, models); shift != "" && measure != MeasureErrors {
		said = append(said, shift)
	}
	return said
}

// strength of a factor, up or down.
func strength(factor float64) float64 {
	if factor <= 0 {
		return 0
	}
	return math.Abs(math.Log(factor))
}

// shareShift of calls from which a change of models is significant.
const shareShift = 0.1

// modelShift names the model whose share of the calls grew most.
func modelShift(now *scope, usual ledger.Totals, models map[string]ledger.Totals) string {
	name, most, was, is := "", shareShift, 0.0, 0.0
	for model, t := range now.models {
		before, today := ratio(models[model].Calls, usual.Calls), ratio(t.Calls, now.totals.Calls)
		if today-before > most || today-before == most && model < name {
			name, most, was, is = model, today-before, before, today
		}
	}
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s has %.0f%% of the calls, usually %.0f%%", Label(ledger.ByModel, name), 100*is, 100*was)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}
