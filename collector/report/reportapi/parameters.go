package reportapi

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// parameters holds what every report understands.
type parameters struct {
	config *config
	period report.Period
	by     []ledger.Dimension
	where  []ledger.Condition
	top    int
	format format.Format
	query  url.Values
	now    time.Time
}

// Names of parameters, as openapi.yaml lists them: those of a period, and those
// of every report.
var (
	periodNames = []string{"since", "from", "to", "zone"}
	names       = append(slices.Clone(periodNames), "by", "where", "top", "format", tableParameter)
	repeatable  = []string{"where", "a", "b"}
)

// tableParameter names a table of a CSV.
const tableParameter = "table"

// maxTop keeps an answer readable by the program that asked.
const maxTop = 100_000

// contentTypes of the formats that go over HTTP.
var contentTypes = map[format.Format]string{
	format.JSONFormat:     "application/json",
	format.CSVFormat:      "text/csv; charset=utf-8",
	format.MarkdownFormat: "text/markdown; charset=utf-8",
}

// checkNames refuses parameters that are not known, or given twice where one
// may be.
func checkNames(query url.Values, known []string) error {
	for name, values := range query {
		if !slices.Contains(known, name) {
			err := errors.New("is not known: this path has no parameters")
			if len(known) > 0 {
				err = fmt.Errorf("is not known: use %s", strings.Join(known, ", "))
			}
			return &report.ParameterError{Parameter: name, Value: values[0], Err: err}
		}
		if len(values) > 1 && !slices.Contains(repeatable, name) {
			return &report.ParameterError{Parameter: name, Value: values[1], Err: fmt.Errorf("is given twice")}
		}
	}
	return nil
}

// read parses the query of a request, which may have the known parameters.
func (c *config) read(query url.Values, usual standard, known []string, now time.Time) (parameters, error) {
	p := parameters{config: c, format: format.JSONFormat, query: query, now: now}
	if err := checkNames(query, known); err != nil {
		return p, err
	}
	zone, err := report.ParseZone(query.Get("zone"))
	if err != nil {
		return p, err
	}
	since, asked := query.Get("since"), query.Has("from") || query.Has("to")
	if since == "" && !asked {
		since = usual.length
	}
	if since == "" && !asked {
		p.period = report.Days(usual.days, now.In(zone))
	} else if p.period, err = report.ParsePeriod(since, query.Get("from"), query.Get("to"), zone, now); err != nil {
		return p, err
	}
	if by := query.Get("by"); by != "" {
		if p.by, err = report.ParseDimensions(strings.Split(by, ",")); err != nil {
			return p, &report.ParameterError{Parameter: "by", Value: by, Err: err}
		}
	}
	if p.where, err = p.conditions("where"); err != nil {
		return p, err
	}
	if top := query.Get("top"); top != "" {
		if p.top, err = strconv.Atoi(top); err != nil || p.top < 0 || p.top > maxTop {
			return p, &report.ParameterError{Parameter: "top", Value: top, Err: fmt.Errorf("use a number from 0 to %d; 0 is all, or the usual number of a list", maxTop)}
		}
	}
	if name := query.Get("format"); name != "" {
		p.format = format.Format(name)
		if _, ok := contentTypes[p.format]; !ok {
			return p, &report.ParameterError{Parameter: "format", Value: name, Err: fmt.Errorf("use json, csv or markdown")}
		}
	}
	return p, nil
}

// maxConditions bounds the filters of a question: each is a condition of a query.
const maxConditions = 50

// queryOf is the query of a request. A pair that cannot be read is refused: left
// out, it would answer a wider question than was asked.
func queryOf(r *http.Request) (url.Values, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("query: %w (hint: percent-encode values)", err)
	}
	return query, nil
}

// conditions are those of one parameter.
func (p *parameters) conditions(name string) ([]ledger.Condition, error) {
	if n := len(p.query[name]); n > maxConditions {
		return nil, &report.ParameterError{Parameter: name, Value: fmt.Sprintf("%d times", n), Err: fmt.Errorf("give it at most %d times", maxConditions)}
	}
	var conditions []ledger.Condition
	for _, text := range p.query[name] {
		condition, err := report.ParseCondition(text)
		if err != nil {
			if parameter, ok := errors.AsType[*report.ParameterError](err); ok {
				parameter.Parameter = name
			}
			return nil, err
		}
		conditions = append(conditions, condition)
	}
	return conditions, nil
}

// one is the dimension of a question that takes one; "" when none is given.
func (p *parameters) one() (ledger.Dimension, error) {
	switch len(p.by) {
	case 0:
		return "", nil
	case 1:
		return p.by[0], nil
	}
	return "", &report.ParameterError{Parameter: "by", Value: p.query.Get("by"), Err: fmt.Errorf("give one dimension")}
}

// instant is a moment that a parameter names, or now.
func (p *parameters) instant(name string) (time.Time, error) {
	text := p.query.Get(name)
	if text == "" {
		return p.now.In(p.period.Zone), nil
	}
	at, err := report.ParseInstant(text, p.period.Zone)
	if err != nil {
		return at, &report.ParameterError{Parameter: name, Value: text, Err: err}
	}
	return at, nil
}

// checkQuery refuses a query where none is expected.
func checkQuery(r *http.Request) error {
	query, err := queryOf(r)
	if err != nil {
		return err
	}
	return checkNames(query, nil)
}
