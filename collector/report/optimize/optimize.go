package optimize

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Question asks what could be saved in a period like this one.
type Question struct {
	Period   report.Period
	Where    []ledger.Condition
	Settings Settings
	Prices   *pricing.Catalogue // nil = pricing.Default()
}

// Answer holds the recommendations, the largest saving first.
type Answer struct {
	Question        Question
	Recommendations []Recommendation
	Spent           ledger.Totals
	// TooFew counts the groups of calls that were not looked at for lack of
	// data, and TooFewCalls their calls.
	TooFew, TooFewCalls int64
	// Saving is the value that is available together in the period: of recommendations
	// about the same calls only the largest counts.
	Saving udecimal.Decimal
}

// Recommendation is one way to save, with its evidence.
type Recommendation struct {
	Rule       string // which rule found it: cheaper_model, ...
	Subject    Subject
	Advice     string
	Evidence   string
	Requests   int64            // affected, in the period
	Cost       udecimal.Decimal // of those requests
	Saving     udecimal.Decimal // in the period, at most Cost
	Confidence Confidence
	Counted    bool // in Answer.Saving
}

// Subject are the calls a recommendation is about; empty fields mean any.
type Subject struct {
	Application, Agent, Provider, Model, Operation string
}

// Confidence says what an estimate rests on.
type Confidence string

// Confidences.
const (
	High   Confidence = "high"   // the ledger shows the money spent
	Medium Confidence = "medium" // the catalogue decides, the calls stay as they are
	Low    Confidence = "low"    // rests on an assumption that has to be tried out
)

// rules look for savings, each in a file of its own.
var rules = []struct {
	name string
	find func(context.Context, *facts) ([]Recommendation, error)
}{
	{"failed_calls", failedCalls},
	{"cheaper_model", cheaperModel},
	{"cache_prompts", cachePrompts},
	{"cache_unread", cacheUnread},
	{"batch", batch},
	{"long_context", longContext},
	{"long_output", longOutput},
	{"runaway_runs", runawayRuns},
}

// facts holds what the rules look at.
type facts struct {
	reader   ledger.Reader
	period   report.Period
	where    []ledger.Condition
	settings Settings
	prices   *pricing.Catalogue
	groups   []group
	// prefixes are nil until they are asked for. Rules run at the same time.
	prefixes map[Subject]uses
	asking   sync.Mutex
}

// kinds are the dimensions in which groups of calls differ.
var kinds = []ledger.Dimension{ledger.ByApplication, ledger.ByAgent, ledger.ByProvider, ledger.ByModel, ledger.ByOperation}

// subjectOf is the subject of a group by kinds.
func subjectOf(key []string) Subject {
	return Subject{Application: key[0], Agent: key[1], Provider: key[2], Model: key[3], Operation: key[4]}
}

// group is the calls of one kind.
type group struct {
	Subject
	totals ledger.Totals
}

// Find asks reader the question.
func Find(ctx context.Context, reader ledger.Reader, q Question) (*Answer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if q.Prices == nil {
		q.Prices = pricing.Default()
	}
	if err := q.Settings.fill(); err != nil {
		return nil, err
	}
	query := ledger.Query{From: q.Period.From, Until: q.Period.Until, Zone: q.Period.Zone, By: kinds, Where: q.Where}
	calls, err := report.Sums(ctx, reader, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by kind: %w", err)
	}
	answer := &Answer{Question: q}
	f := &facts{reader: reader, period: q.Period, where: q.Where, settings: q.Settings, prices: q.Prices}
	for i := range calls {
		key, totals := calls[i].Key, calls[i].Totals
		answer.Spent = answer.Spent.Add(totals)
		if totals.Calls < q.Settings.MinCalls {
			answer.TooFew++
			answer.TooFewCalls += totals.Calls
			continue
		}
		f.groups = append(f.groups, group{Subject: subjectOf(key), totals: totals})
	}
	found, errs := make([][]Recommendation, len(rules)), make([]error, len(rules))
	var all sync.WaitGroup
	for i, rule := range rules { // some ask the ledger, which answers several at a time
		all.Go(func() { found[i], errs[i] = rule.find(ctx, f) })
	}
	all.Wait()
	for i, rule := range rules {
		if errs[i] != nil {
			return nil, fmt.Errorf("rule %s: %w", rule.name, errs[i])
		}
		for _, r := range found[i] {
			if r.Rule = rule.name; !r.Saving.LessThan(q.Settings.MinSaving) && r.Saving.IsPos() {
				answer.Recommendations = append(answer.Recommendations, r)
			}
		}
	}
	rowsort.StableFunc(answer.Recommendations, func(a, b Recommendation) int {
		return cmp.Or(b.Saving.Cmp(a.Saving), cmp.Compare(a.Rule, b.Rule))
	})
	answer.count()
	return answer, nil
}

// count sums the savings up, the largest of each group of calls.
func (a *Answer) count() {
	taken := map[Subject]bool{}
	for i := range a.Recommendations {
		r := &a.Recommendations[i]
		if r.Counted = !taken[r.Subject]; r.Counted {
			taken[r.Subject] = true
			a.Saving = a.Saving.Add(r.Saving)
		}
	}
}

// Weekly and Yearly are the saving at the pace of the period.
func (a *Answer) Weekly() udecimal.Decimal { return a.over(7 * 24 * time.Hour) }

// Yearly is the saving of 365 days at the pace of the period.
func (a *Answer) Yearly() udecimal.Decimal { return a.over(365 * 24 * time.Hour) }

func (a *Answer) over(length time.Duration) udecimal.Decimal {
	period := a.Question.Period.Until.Sub(a.Question.Period.From)
	scaled, err := a.Saving.Mul64(uint64(length / time.Second)).Div64(uint64(max(1, period/time.Second)))
	if err != nil {
		return udecimal.Zero
	}
	return scaled.RoundHAZ(ledger.Scale)
}
