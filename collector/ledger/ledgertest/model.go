package ledgertest

import (
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// model answers aggregate questions over rows in memory, by other means than
// SQL: amounts are rationals, local times come from package time.
type model []ledger.Call

type modelGroup struct {
	key       []string
	totals    ledger.Totals
	cost      *big.Rat
	durations []time.Duration
	firsts    []time.Duration
}

func (m model) aggregate(q ledger.Query) []ledger.Group {
	groups := map[string]*modelGroup{}
	group := func(key []string) *modelGroup {
		name := strings.Join(key, "\x00")
		g, ok := groups[name]
		if !ok {
			g = &modelGroup{key: key, cost: new(big.Rat)}
			groups[name] = g
		}
		return g
	}
	if len(q.By) == 0 {
		group([]string{})
	}
	for i := range m {
		c := &m[i]
		if !c.Billable || c.Start.Before(q.From) || !q.Until.IsZero() && !c.Start.Before(q.Until) || !kept(c, q) {
			continue
		}
		key := make([]string, len(q.By))
		for j, d := range q.By {
			key[j] = value(c, d, q.Zone)
		}
		group(key).add(c)
	}
	sorted := make([]*modelGroup, 0, len(groups))
	for _, g := range groups {
		sorted = append(sorted, g)
	}
	sort.Slice(sorted, func(i, j int) bool {
		if order := sorted[i].cost.Cmp(sorted[j].cost); order != 0 {
			return order > 0
		}
		return slices.Compare(sorted[i].key, sorted[j].key) < 0
	})
	if q.Limit > 0 && len(sorted) > q.Limit {
		sorted = sorted[:q.Limit]
	}
	var answer []ledger.Group
	for _, g := range sorted {
		answer = append(answer, g.finish())
	}
	return answer
}

func (g *modelGroup) add(c *ledger.Call) {
	t := &g.totals
	t.Calls++
	if c.Error {
		t.Errors++
	}
	switch c.Cost.Status {
	case "unpriced":
		t.Unpriced++
	case "invalid":
		t.Invalid++
	}
	t.Input += c.Usage[usage.Input]
	t.Output += c.Usage[usage.Output]
	t.CacheRead += c.Usage[usage.CacheRead]
	t.CacheWrite += c.Usage[usage.CacheWrite]
	t.Reasoning += c.Usage[usage.Reasoning]
	t.Duration += c.Duration
	t.NanoCredits += c.Usage[usage.NanoCredits]
	if c.Cost.Amount != nil {
		amount, ok := new(big.Rat).SetString(c.Cost.Amount.String())
		if !ok {
			panic("ledgertest: amount " + c.Cost.Amount.String())
		}
		g.cost.Add(g.cost, amount)
	}
	g.durations = append(g.durations, c.Duration)
	if c.Streamed && c.TimeToFirstChunk > 0 {
		g.firsts = append(g.firsts, c.TimeToFirstChunk)
	}
}

func (g *modelGroup) finish() ledger.Group {
	answer := ledger.Group{Key: g.key, Totals: g.totals}
	answer.Totals.Cost = amount(g.cost.FloatString(ledger.Scale))
	slices.Sort(g.durations)
	rank := func(percent int) time.Duration {
		n := len(g.durations)
		if n == 0 {
			return 0
		}
		return g.durations[(percent*n+99)/100-1]
	}
	answer.Latency = ledger.Latency{P50: rank(50), P95: rank(95), P99: rank(99)}
	if n := len(g.firsts); n > 0 {
		var sum time.Duration
		for _, d := range g.firsts {
			sum += d
		}
		answer.Latency.MeanTTFC = sum / time.Duration(n)
	}
	return answer
}

func kept(c *ledger.Call, q ledger.Query) bool {
	for _, condition := range q.Where {
		if slices.Contains(condition.Values, value(c, condition.Dimension, q.Zone)) == condition.Not {
			return false
		}
	}
	return true
}

func value(c *ledger.Call, d ledger.Dimension, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	local := c.Start.In(zone)
	switch d {
	case ledger.ByUser:
		return c.User
	case ledger.ByDepartment:
		return c.Department
	case ledger.ByApplication:
		return c.Application
	case ledger.ByTeam:
		return c.Team
	case ledger.ByCostCenter:
		return c.CostCenter
	case ledger.ByEnvironment:
		return c.Environment
	case ledger.ByProvider:
		return c.Provider
	case ledger.ByModel:
		return c.Model()
	case ledger.ByOperation:
		return c.Operation
	case ledger.ByWorkflow:
		return c.Workflow
	case ledger.ByAgent:
		return c.Agent
	case ledger.ByStep:
		return c.Step
	case ledger.ByService:
		return c.Service
	case ledger.ByErrorType:
		return c.ErrorType
	case ledger.ByCostStatus:
		return c.Cost.Status
	case ledger.ByCostReason:
		return c.Cost.Reason
	case ledger.ByDialect:
		return c.Dialect
	case ledger.ByConversation:
		return c.ConversationID
	case ledger.ByRequestModel:
		return c.RequestModel
	case ledger.ByPromptName:
		return c.PromptName
	case ledger.ByPromptVersion:
		return c.PromptVersion
	case ledger.ByPurpose:
		return c.Purpose
	case ledger.ByStatus:
		if c.Error {
			return "error"
		}
		return "ok"
	case ledger.ByDay:
		return local.Format("2006-01-02")
	case ledger.ByHour:
		return local.Format("2006-01-02T15")
	case ledger.ByMonth:
		return local.Format("2006-01")
	case ledger.ByHourOfWeek:
		return fmt.Sprintf("%d-%02d", (int(local.Weekday())+6)%7+1, local.Hour())
	}
	if key, ok := d.Tag(); ok {
		return c.Tags[key]
	}
	panic("ledgertest: dimension " + string(d))
}
