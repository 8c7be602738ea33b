package report

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// ContextQuestion asks what of the context costs what.
type ContextQuestion struct {
	Period Period
	By     []ledger.Dimension // none = one group
	Where  []ledger.Condition
	Top    int // groups; 0 = all
}

// ContextAnswer has the groups in order of cost. The parts of each add up to its tokens
// and cost, to the last digit.
type ContextAnswer struct {
	Question ContextQuestion
	Groups   []ledger.ContextUse
	More     int           // groups that Top left out
	Counted  int64         // calls whose parts were counted, in all groups
	NoCost   int64         // of Counted
	Total    ledger.Totals // of all calls of the period that the ledger has in detail
	Expired  Expired
}

// Context asks reader the question.
func Context(ctx context.Context, reader ledger.Reader, q ContextQuestion) (*ContextAnswer, error) {
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	all, err := wholeSums(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	where, err := withAliases(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	uses, err := reader.Contexts(ctx, ledger.ContextQuery{From: q.Period.From, Until: q.Period.Until, Zone: q.Period.zone(), By: q.By, Where: where})
	if err != nil {
		return nil, fmt.Errorf("parts of the context: %w", err)
	}
	a := &ContextAnswer{Question: q, Total: all.detail.Totals, Expired: all.expired}
	for i := range uses {
		a.Counted += uses[i].Calls
		a.NoCost += uses[i].NoCost
		rowsort.Func(uses[i].Parts, func(x, y ledger.ContextPart) int {
			return cmp.Or(cmp.Compare(contextRank(x.Name), contextRank(y.Name)), cmp.Compare(y.Tokens, x.Tokens), strings.Compare(x.Name, y.Name))
		})
	}
	rowsort.StableFunc(uses, func(x, y ledger.ContextUse) int {
		return cmp.Or(y.Cost.Cmp(x.Cost), cmp.Compare(y.Input, x.Input))
	})
	if q.Top > 0 && len(uses) > q.Top {
		a.More = len(uses) - q.Top
		uses = uses[:q.Top]
	}
	a.Groups = uses
	return a, nil
}

// contextNames are the parts in the order of a request.
var contextNames = []struct{ part, name string }{
	{ledger.ContextSystem, "System instructions"},
	{ledger.ContextTools, "Tool definitions"},
	{ledger.ContextHistory, "Earlier messages"},
	{ledger.ContextRetrieved, "Retrieved documents"},
	{ledger.ContextLast, "Last message"},
}

func contextRank(name string) int {
	for i, n := range contextNames {
		if strings.HasPrefix(name, n.part) {
			return i
		}
	}
	return len(contextNames)
}

// contextLabel is a part as people read it, and the tool or MCP server.
func contextLabel(part string) (label, tool string) {
	tool, isTool := strings.CutPrefix(part, ledger.ContextTools)
	if !isTool {
		tool = ""
	}
	return contextNames[min(contextRank(part), len(contextNames)-1)].name, tool
}

// sum adds the groups that are listed.
func (a *ContextAnswer) sum() (calls, tokens int64, cost udecimal.Decimal) {
	for i := range a.Groups {
		calls += a.Groups[i].Calls
		tokens += a.Groups[i].Input
		cost = cost.Add(a.Groups[i].Cost)
	}
	return calls, tokens, cost
}
