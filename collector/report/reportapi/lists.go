package reportapi

import (
	"context"
	"fmt"
	"strconv"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// Parameters of lists.
const (
	sortParameter    = "sort"
	offsetParameter  = "offset"
	traceParameter   = "trace"
	errorsParameter  = "errors"
	minCostParameter = "min_cost"

	percentilesParameter = "percentiles"

	evaluationParameter = "evaluation"
	passFromParameter   = "pass_from"
	outcomeParameter    = "outcome"
)

// listOrders are the values of sort.
var listOrders = map[string]ledger.TraceOrder{
	"":        ledger.NewestFirst,
	"newest":  ledger.NewestFirst,
	"slowest": ledger.SlowestFirst,
	"cost":    ledger.DearestFirst,
}

// calls is the question that the query asks, in all of the lists' parameters.
func (p *parameters) calls() (q report.CallsQuestion, err error) {
	q = report.CallsQuestion{Period: p.period, Where: p.where, Top: p.top}
	if q.Offset, err = p.offset(); err != nil {
		return q, err
	}
	var known bool
	if q.Order, known = listOrders[p.query.Get(sortParameter)]; !known {
		return q, &report.ParameterError{Parameter: sortParameter, Value: p.query.Get(sortParameter), Err: fmt.Errorf("use newest, slowest or cost")}
	}
	if q.Trace, err = p.trace(); err != nil {
		return q, err
	}
	if q.Errors, err = p.flag(errorsParameter, false); err != nil {
		return q, err
	}
	if text := p.query.Get(minCostParameter); text != "" {
		least, err := udecimal.Parse(text)
		if err != nil || least.IsNeg() {
			return q, &report.ParameterError{Parameter: minCostParameter, Value: text, Err: fmt.Errorf("use an amount in USD, such as 0.50")}
		}
		q.MinCost = &least
	}
	return q, nil
}

// flag is a parameter that is true or false.
func (p *parameters) flag(name string, otherwise bool) (bool, error) {
	text := p.query.Get(name)
	if text == "" {
		return otherwise, nil
	}
	set, err := strconv.ParseBool(text)
	if err != nil {
		return false, &report.ParameterError{Parameter: name, Value: text, Err: fmt.Errorf("use true or false")}
	}
	return set, nil
}

func (p *parameters) offset() (offset int, err error) {
	text := p.query.Get(offsetParameter)
	if text == "" {
		return 0, nil
	}
	if offset, err = strconv.Atoi(text); err != nil || offset < 0 || offset > maxTop {
		return 0, &report.ParameterError{Parameter: offsetParameter, Value: text, Err: fmt.Errorf("use a number from 0 to %d", maxTop)}
	}
	return offset, nil
}

func (p *parameters) trace() (id ledger.TraceID, err error) {
	if text := p.query.Get(traceParameter); text != "" {
		if id, err = ledger.ParseTraceID(text); err != nil {
			return id, &report.ParameterError{Parameter: traceParameter, Value: text, Err: err}
		}
	}
	return id, nil
}

func askCalls(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
	q, err := p.calls()
	if err != nil {
		return nil, err
	}
	return report.Calls(ctx, reader, q)
}

func askConversations(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
	q, err := p.calls()
	if err != nil {
		return nil, err
	}
	return report.Conversations(ctx, reader, q)
}

func askTraces(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
	q, err := p.calls()
	if err != nil {
		return nil, err
	}
	return report.Traces(ctx, reader, report.TracesQuestion{
		Period: q.Period, Where: q.Where, Errors: q.Errors, MinCost: q.MinCost, Order: q.Order, Top: q.Top, Offset: q.Offset,
	})
}
