package demo

import (
	"encoding/binary"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/reprice"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

const (
	// historyDays are enough for a forecast, and for the four weeks that anomalies are
	// compared with.
	historyDays = 28
	// historyBriefings of a day are about as many as ten seconds of the demo make.
	historyBriefings = 30
	// historyHours of a day, before the time of day at which the demo begins: a period
	// of the last 24 hours has nothing of the day before.
	historyHours = 8
)

// History returns the calls of the company's applications in the four weeks before now, without
// any mishap: rows as the collector would have written them.
func History(now time.Time, seed uint64) (ledger.Batch, []ledger.Result) {
	h := history{rnd: rand.New(rand.NewPCG(seed, historyDays)), prices: pricing.Default()}
	for day := historyDays; day > 0; day-- {
		until := now.UTC().AddDate(0, 0, -day)
		for range historyBriefings {
			at := until.Add(-time.Minute - time.Duration(h.rnd.Int64N(int64(historyHours*time.Hour))))
			h.briefing(draw(h.rnd), at.Truncate(time.Microsecond))
		}
	}
	return h.batch, h.results
}

// history collects rows.
type history struct {
	rnd     *rand.Rand
	prices  *pricing.Catalogue
	batch   ledger.Batch
	results []ledger.Result
}

// place is where a row is in its run.
type place struct {
	userRequest
	trace  ledger.TraceID
	parent ledger.SpanID
	at     time.Time
	agent  string
}

// briefing adds one run of the agents.
func (h *history) briefing(e userRequest, at time.Time) {
	e.judgements(h.rnd)
	p := place{userRequest: e, at: at}
	binary.BigEndian.PutUint64(p.trace[:8], h.rnd.Uint64())
	binary.BigEndian.PutUint64(p.trace[8:], h.rnd.Uint64())
	run := h.span(&p, semconv.RoleWorkflow, semconv.OperationInvokeWorkflow+" briefing", 4*time.Second)

	plan := run.in(h, "planner", 600*time.Millisecond)
	h.call(&plan, semconv.ProviderAnthropic, semconv.OperationChat, e.app.models.planner, usage.Counts{
		usage.Input: int64(len(plannerPrompt())/4) + h.between(200, 2400), usage.Output: h.between(40, 400),
	})
	planned := ledger.Result{
		Kind: ledger.ResultEvaluation, Name: planEvaluation, Agent: "planner", Value: ledger.ResultValue(e.planScore), Label: planLabel(e.planScore),
	}
	for range 2 {
		look := run.in(h, "researcher", 1200*time.Millisecond)
		h.call(&look, semconv.ProviderOpenAI, semconv.OperationEmbeddings, e.app.models.embeddings, usage.Counts{usage.Input: h.between(15, 30)})
		for range 2 {
			h.call(&look, semconv.ProviderOpenAI, semconv.OperationChat, e.app.models.researcher, usage.Counts{
				usage.Input: h.between(300, 2500), usage.Output: h.between(40, 700),
			})
		}
	}
	write := run.in(h, "writer", 1500*time.Millisecond)
	draft := usage.Counts{usage.Input: h.between(500, 2700), usage.Output: h.between(40, 700)}
	if h.rnd.IntN(3) > 0 {
		draft[usage.CacheRead] = draft[usage.Input] * 6 / 10
	}
	h.call(&write, semconv.ProviderAnthropic, semconv.OperationChat, e.app.models.writer, draft)
	h.call(&write, semconv.ProviderOpenAI, semconv.OperationChat, e.app.models.reviewer, usage.Counts{
		usage.Input: h.between(500, 2700), usage.Output: h.between(40, 700),
	})
	used := ledger.Result{Kind: ledger.ResultOutcome, Name: outcomeName, Accepted: !e.declined}
	for _, r := range []ledger.Result{planned, used} {
		r.TraceID, r.User, r.Time, r.Received = p.trace, e.user, write.at, write.at
		r.Identify("")
		h.results = append(h.results, r)
	}
}

// in is the place inside the span of an agent, which begins where its run has come to.
func (p *place) in(h *history, agent string, length time.Duration) place {
	inside := *p
	inside.agent = agent
	inside = h.span(&inside, semconv.RoleAgent, semconv.OperationInvokeAgent+" "+agent, length)
	p.at = p.at.Add(length)
	return inside
}

// span adds a node of the run, and gives the place inside of it.
func (h *history) span(p *place, role, name string, length time.Duration) place {
	inside := *p
	inside.parent = h.spanID()
	h.batch.Spans = append(h.batch.Spans, ledger.AgentSpan{
		TraceID: p.trace, SpanID: inside.parent, ParentSpanID: p.parent, Start: p.at, Received: p.at, Duration: length,
		Role: role, Name: name, Workflow: workflowName, Agent: p.agent, User: p.user, Department: p.app.department, Application: p.app.name,
		Service: ServiceName, ConversationID: p.conversation(),
	})
	return inside
}

// historyFailures is the share of calls to Anthropic, in percent, that fail at first: of
// all calls it is about what the demo's vendors refuse.
const historyFailures = 15

// call adds a call, and sometimes the failed attempt before it.
func (h *history) call(p *place, provider, operation, model string, used usage.Counts) {
	attempt := 0
	if provider == semconv.ProviderAnthropic && h.rnd.IntN(100) < historyFailures {
		failed := h.row(p, provider, operation, model, 80*time.Millisecond)
		failed.Error, failed.StatusCode, failed.ErrorType, failed.UsageSource = true, 429, strconv.Itoa(429), semconv.UsageNone
		h.add(failed)
		attempt = 1
	}
	c := h.row(p, provider, operation, model, time.Duration(h.between(150, 700))*time.Millisecond)
	c.ResponseModel, c.Usage, c.UsageSource, c.Attempt = model, used, semconv.UsageReported, attempt
	h.add(c)
}

func (h *history) add(c ledger.Call) {
	c.Cost = reprice.Cost(h.prices, &c)
	h.batch.Calls = append(h.batch.Calls, c)
}

// row is a call that begins where its agent has come to.
func (h *history) row(p *place, provider, operation, model string, length time.Duration) ledger.Call {
	a := p.attribution()
	c := ledger.Call{
		TraceID: p.trace, SpanID: h.spanID(), ParentSpanID: p.parent, Start: p.at, Received: p.at, Duration: length,
		User: a.User, Department: a.Department, Application: a.Application, Team: a.Team, CostCenter: a.CostCenter, Environment: Environment, Tags: a.Tags,
		Workflow: workflowName, Agent: p.agent, ConversationID: p.conversation(), Service: ServiceName,
		Provider: provider, Operation: operation, RequestModel: model, UsageFields: int(usage.NumBilled),
		Role: semconv.RoleLLM, Billable: true, Claim: semconv.ClaimTransport, Dialect: "spanledger",
		Cost: ledger.Cost{Status: string(pricing.Unpriced)}, // until it is priced
	}
	if operation == semconv.OperationEmbeddings {
		c.Role = semconv.RoleEmbeddings
	}
	if p.agent == "planner" {
		c.PromptName, c.PromptVersion = promptName, oldPrompt
	}
	p.at = p.at.Add(length)
	return c
}

func (h *history) spanID() (id ledger.SpanID) {
	binary.BigEndian.PutUint64(id[:], h.rnd.Uint64()|1)
	return id
}

func (h *history) between(least, most int64) int64 { return least + h.rnd.Int64N(most-least+1) }
