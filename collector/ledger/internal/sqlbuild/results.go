package sqlbuild

import (
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
)

// ResultSelection fills results.sql.
type ResultSelection struct {
	Verdict    string   // 1 passed, 0 failed, -1 open
	Results    []string // conditions of the results: kind, name and period
	Calls      []string // that bound the calls: the period, and how far a result reaches
	Dimensions []string // of the calls
	Match      []string // that hold for one of a result's calls at least

	From, Until int64 // of a result's first call, in nanoseconds; 0 = open
	Reach, Day  int64 // nanoseconds
	Several     string
	Tagged      bool // results may be about the calls with a tag
}

// Results returns what fills results.sql. Values are bound in the order of the fields.
func Results(d Dialect, q ledger.ResultQuery) (*ResultSelection, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	s := &ResultSelection{
		Verdict: verdict(d, q), Reach: int64(ledger.ResultReach), Day: int64(day), Several: ledger.Several,
		Tagged: q.Kind == ledger.ResultOutcome,
	}
	s.Results = append(s.Results, "kind = "+d.Bind(string(q.Kind)))
	if q.Name != "" {
		s.Results = append(s.Results, "name = "+d.Bind(q.Name))
	}
	s.Results = append(s.Results, d.Period("time", moved(q.From, -day), moved(q.Until, ledger.ResultReach))...)
	from, until := moved(q.From, -ledger.ResultReach-day), moved(q.Until, ledger.ResultReach+day)
	s.Calls = d.Period(calls.time, from, until)
	b := builder{Dialect: d, source: calls, zone: ledger.ZoneSegments(q.Zone, from, until), aliases: q.ModelAliases}
	for _, dimension := range q.By {
		expression, err := b.dimension(dimension)
		if err != nil {
			return nil, err
		}
		s.Dimensions = append(s.Dimensions, expression)
	}
	for _, c := range q.Where {
		condition, err := b.condition(c)
		if err != nil {
			return nil, err
		}
		s.Match = append(s.Match, condition)
	}
	if !q.From.IsZero() {
		s.From = ledger.Bounded(q.From).UnixNano()
	}
	if !q.Until.IsZero() {
		s.Until = ledger.Bounded(q.Until).UnixNano()
	}
	return s, nil
}

// verdict decides as ledger.Result.Passed does.
func verdict(d Dialect, q ledger.ResultQuery) string {
	if q.Kind == ledger.ResultOutcome {
		return "if(accepted, 1, 0)"
	}
	expression := fmt.Sprintf("CASE WHEN lower(label) IN ('%s') THEN 1 WHEN lower(label) IN ('%s') THEN 0",
		strings.Join(ledger.PassLabels, "', '"), strings.Join(ledger.FailLabels, "', '"))
	if q.PassFrom != nil {
		expression += " WHEN value >= " + d.Amount(q.PassFrom.String()) + " THEN 1 WHEN value < " + d.Amount(q.PassFrom.String()) + " THEN 0"
	}
	return expression + " ELSE -1 END"
}
