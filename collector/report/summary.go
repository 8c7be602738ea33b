package report

import (
	"context"

	"github.com/spanledger/spanledger/collector/ledger"
)

// SummaryQuestion asks for the whole picture on one screen.
type SummaryQuestion struct {
	Period Period
	Where  []ledger.Condition
	Top    int // lines of each breakdown; 0 = 5
}

// SummaryAnswer puts the other reports' answers side by side. All of them are
// about the same calls.
type SummaryAnswer struct {
	Question  SummaryQuestion
	Cost      []*CostAnswer // by each of SummaryDimensions
	Before    ledger.Totals // of the period of equal length just before
	Daily     *DailyAnswer
	Errors    *ErrorsAnswer
	TotalCost *CostLine
}

// SummaryDimensions are the breakdowns of a summary.
var SummaryDimensions = []ledger.Dimension{ledger.ByDepartment, ledger.ByApplication, ledger.ByModel, ledger.ByAgent}

const defaultSummaryTop = 5

// Summary asks reader the question.
func Summary(ctx context.Context, reader ledger.Reader, q SummaryQuestion) (*SummaryAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if q.Top <= 0 {
		q.Top = defaultSummaryTop
	}
	answer := &SummaryAnswer{Question: q}
	all, err := whole(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	for _, by := range SummaryDimensions {
		question := CostQuestion{Period: q.Period, Where: q.Where, By: []ledger.Dimension{by}, Top: q.Top}
		cost, err := question.breakDown(ctx, reader, all)
		if err != nil {
			return nil, err
		}
		answer.Cost = append(answer.Cost, cost)
	}
	answer.TotalCost = &answer.Cost[0].Total
	before := ledger.Query{
		From: q.Period.From.Add(-q.Period.Until.Sub(q.Period.From)), Until: q.Period.From,
		Zone: q.Period.zone(), Where: q.Where,
	}
	if answer.Before, err = sumOf(ctx, reader, before); err != nil {
		return nil, err
	}
	if answer.Daily, err = Daily(ctx, reader, DailyQuestion{Period: q.Period, Where: q.Where}); err != nil {
		return nil, err
	}
	failures := ErrorsQuestion{Period: q.Period, Where: q.Where, By: []ledger.Dimension{ledger.ByErrorType}, Top: q.Top}
	answer.Errors, err = failures.breakDown(ctx, reader, all)
	return answer, err
}
