package demo

import (
	"context"
	"fmt"

	"github.com/anthropics/anthropic-sdk-go"

	"github.com/spanledger/spanledger/tracing"
)

const plannerPrompt = `You plan research for a colleague. Break the question into at most three
topics, each of which can be looked up on its own. Answer with the topics only.`

// plan breaks the question down into topics.
func (v *vendors) plan(ctx context.Context, e errand) (topics []string, err error) {
	ctx, agent := tracing.StartAgent(ctx, "planner")
	defer func() { agent.End(err) }()

	ctx, step := tracing.StartStep(ctx, "break down the question")
	defer func() { step.End(err) }()

	_, err = v.anthropic.Messages.New(ctx, anthropic.MessageNewParams{
		Model:     e.app.models.planner,
		MaxTokens: 400,
		System:    []anthropic.TextBlockParam{{Text: plannerPrompt}},
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(e.question))},
	})
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return []string{"what the records say", "what others say"}, nil
}
