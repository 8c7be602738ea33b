package demo

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/tracing"
)

const plannerInstructions = `You plan research for a colleague. Break the question into at most three
topics, each of which can be looked up on its own. Answer with the topics only.

You may plan for these sources and no others:
`

// plannerExamples make the second version of the prompt longer, and each plan more
// expensive.
var plannerExamples = sync.OnceValue(func() string {
	return "\nExamples of questions and of their topics:\n" + strings.Repeat(
		"- How late are parcels in the north? Topics: parcels of the north by week; staff of the north by week; tickets about delays.\n", 60)
})

// plannerPrompt is long, the same for every question, and not cached: what
// optimize finds in the demo's ledger.
var plannerPrompt = sync.OnceValue(func() string { return plannerInstructions + sources() })

// sources lists what the researcher's tools can look up: 17 kB of it, which is
// more than the 4,096 tokens from which the most demanding model caches.
func sources() string {
	var list strings.Builder
	for _, subject := range []struct{ name, holds, columns string }{
		{"orders", "orders received, cancelled and delivered, with their value and the promised day of delivery", "order, customer, placed, promised, delivered, value, currency, channel"},
		{"parcels", "where each parcel was scanned, how late it was, and which carrier had it at the time", "parcel, order, carrier, depot, scanned, late_by, weight, damaged"},
		{"returns", "what came back, in which condition, why, and what was refunded for it", "order, item, asked, received, reason, condition, refund, handled_by"},
		{"claims", "damage reported, documents asked for and received, the amount reserved and the amount paid", "claim, policy, reported, peril, reserve, paid, open_documents, closed"},
		{"suppliers", "contracts, prices agreed, deliveries missed, audits and the date of the next one", "supplier, contract, signed, ends, item, price, missed, next_audit"},
		{"prices", "our list prices and what competitors charge for the same, collected every Monday", "item, week, list_price, competitor, their_price, delivery_fee, express_fee"},
		{"staff", "shifts planned and worked, absences, and the training each team has had", "team, site, day, planned_hours, worked_hours, absent, training, expires"},
		{"tickets", "questions of customers, the time to the first answer, and how satisfied they were", "ticket, customer, opened, first_answer, solved, topic, release, satisfaction"},
	} {
		for _, region := range []string{"north", "east", "south", "west", "central", "overseas"} {
			fmt.Fprintf(&list, "- warehouse.%s.%s: %s, of the %s region since 2019, complete until the evening before; "+
				"by day, week or month. Columns: %s. Ask for one region and one period at a time, and name both in the topic.\n",
				region, subject.name, subject.holds, region, subject.columns)
		}
	}
	return list.String()
}

// plan breaks the question down into topics.
func (v *vendors) plan(ctx context.Context, e userRequest) (topics []string, err error) {
	ctx, agent := tracing.StartAgent(ctx, "planner")
	defer func() { agent.End(err) }()

	ctx, step := tracing.StartStep(ctx, "break down the question")
	defer func() { step.End(err) }()

	prompt, version := plannerPrompt(), oldPrompt
	if e.newPrompt {
		prompt, version = plannerPrompt()+plannerExamples(), newPrompt
	}
	_, err = v.anthropic.message(tracing.WithPrompt(ctx, promptName, version), messagesRequest{
		Model:     e.app.models.planner,
		MaxTokens: 400,
		System:    []anthropicBlock{textBlock(prompt)},
		Messages:  []anthropicMessage{{Role: "user", Content: []anthropicBlock{textBlock(e.question)}}},
	})
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	tracing.RecordEvaluation(ctx, tracing.Evaluation{Name: planEvaluation, Score: &e.planScore, Label: planLabel(e.planScore)})
	return []string{"what the records say", "what others say"}, nil
}
