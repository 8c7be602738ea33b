package langchaingo

import (
	"context"

	"github.com/tmc/langchaingo/agents"
	"github.com/tmc/langchaingo/chains"
	"github.com/tmc/langchaingo/schema"
	"github.com/tmc/langchaingo/tools"

	"github.com/spanledger/spanledger/tracing"
)

// Agent makes every round of an agent's loop a step, in which it decides what
// to do. Tools are those of the agent, traced.
func Agent(a agents.Agent) agents.Agent { return agent{a} }

type agent struct{ agents.Agent }

func (a agent) Plan(ctx context.Context, done []schema.AgentStep, inputs map[string]string, options ...chains.ChainCallOption,
) (actions []schema.AgentAction, finish *schema.AgentFinish, err error) {
	ctx, step := tracing.StartStep(ctx, "decide")
	defer func() { step.End(err) }()
	return a.Agent.Plan(ctx, done, inputs, options...)
}

func (a agent) GetTools() []tools.Tool {
	var traced []tools.Tool
	for _, t := range a.Agent.GetTools() {
		traced = append(traced, tool{t})
	}
	return traced
}

type tool struct{ tools.Tool }

func (t tool) Call(ctx context.Context, input string) (output string, err error) {
	ctx, span := tracing.StartTool(ctx, t.Name(), tracing.WithToolType("function"), tracing.WithToolDescription(t.Description()))
	defer func() { span.End(err) }()
	return t.Tool.Call(ctx, input)
}

// Chain makes every run of a chain, an agents.Executor for instance, the run of
// an agent.
func Chain(name string, c chains.Chain) chains.Chain { return chain{Chain: c, name: name} }

type chain struct {
	chains.Chain
	name string
}

func (c chain) Call(ctx context.Context, inputs map[string]any, options ...chains.ChainCallOption) (outputs map[string]any, err error) {
	ctx, span := tracing.StartAgent(ctx, c.name)
	defer func() { span.End(err) }()
	return c.Chain.Call(ctx, inputs, options...)
}
