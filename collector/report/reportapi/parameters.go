package reportapi

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// parameters are what every report understands.
type parameters struct {
	period report.Period
	by     []ledger.Dimension
	where  []ledger.Condition
	top    int
	format format.Format
	query  url.Values
}

// names of the parameters, as openapi.yaml lists them.
var names = []string{"since", "from", "to", "zone", "by", "where", "top", "format"}

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
			return &report.ParameterError{Parameter: name, Value: values[0], Err: fmt.Errorf("is not known: use %s", strings.Join(known, ", "))}
		}
		if len(values) > 1 && name != "where" {
			return &report.ParameterError{Parameter: name, Value: values[1], Err: fmt.Errorf("is given twice")}
		}
	}
	return nil
}

// read parses the query of a request. own are the parameters that its report
// alone has.
func read(query url.Values, usual standard, own []string, now time.Time) (parameters, error) {
	p := parameters{format: format.JSONFormat, query: query}
	if err := checkNames(query, slices.Concat(names, own)); err != nil {
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
		for name := range strings.SplitSeq(by, ",") {
			dimension, err := report.ParseDimension(name)
			if err != nil {
				return p, &report.ParameterError{Parameter: "by", Value: by, Err: err}
			}
			p.by = append(p.by, dimension)
		}
	}
	for _, text := range query["where"] {
		condition, err := report.ParseCondition(text)
		if err != nil {
			return p, err
		}
		p.where = append(p.where, condition)
	}
	if top := query.Get("top"); top != "" {
		if p.top, err = strconv.Atoi(top); err != nil || p.top < 0 || p.top > maxTop {
			return p, &report.ParameterError{Parameter: "top", Value: top, Err: fmt.Errorf("use a number from 0 (all) to %d", maxTop)}
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
