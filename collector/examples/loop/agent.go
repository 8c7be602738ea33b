package loop

import (
	"context"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"

	"github.com/spanledger/spanledger/tracing"
)

// Tool is something an agent can do.
type Tool struct {
	Name string
	Run  func(ctx context.Context, arguments string) (string, error)
}

// Agent answers with a model, tools, and other agents it may hand over to by
// calling the tool "transfer_to_" and their name.
type Agent struct {
	Name     string
	Model    string
	Tools    []Tool
	HandOffs []*Agent
}

// maxRounds ends loops that never come to an answer, and their cost.
const maxRounds = 8

// Run answers a question. Anyone who takes over is linked to who handed over.
func (a *Agent) Run(ctx context.Context, llm *openai.Client, question string) (string, error) {
	messages := []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)}
	var from *tracing.Span
	for agent := a; ; {
		answer, next, span, err := agent.work(ctx, llm, &messages, from)
		if err != nil || next == nil {
			return answer, err
		}
		agent, from = next, span
	}
}

// work is the turn of one agent: until the answer, or who takes over.
func (a *Agent) work(ctx context.Context, llm *openai.Client, messages *[]openai.ChatCompletionMessageParamUnion, from *tracing.Span,
) (answer string, next *Agent, span *tracing.Span, err error) {
	ctx, span = tracing.StartAgent(ctx, a.Name, tracing.WithModel(a.Model), tracing.WithHandOffFrom(from))
	defer func() { span.End(err) }()
	for range maxRounds {
		answer, next, err = a.round(ctx, llm, messages)
		if err != nil || next != nil || answer != "" {
			return answer, next, span, err
		}
	}
	return "", nil, span, fmt.Errorf("agent %s: no answer after %d rounds", a.Name, maxRounds)
}

// round is one step: ask the model, do what it wants.
func (a *Agent) round(ctx context.Context, llm *openai.Client, messages *[]openai.ChatCompletionMessageParamUnion,
) (answer string, next *Agent, err error) {
	ctx, step := tracing.StartStep(ctx, "think")
	defer func() { step.End(err) }()
	reply, err := llm.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model: a.Model, Messages: *messages, Tools: a.definitions(),
	})
	if err != nil {
		return "", nil, err
	}
	message := reply.Choices[0].Message
	*messages = append(*messages, message.ToParam())
	for _, call := range message.ToolCalls {
		result, other, err := a.call(ctx, call)
		if err != nil {
			return "", nil, err
		}
		*messages = append(*messages, openai.ToolMessage(result, call.ID))
		if other != nil {
			return "", other, nil
		}
	}
	return message.Content, nil, nil
}

func (a *Agent) call(ctx context.Context, call openai.ChatCompletionMessageToolCallUnion) (result string, next *Agent, err error) {
	for _, other := range a.HandOffs {
		if call.Function.Name == "transfer_to_"+other.Name {
			return "transferred", other, nil
		}
	}
	for _, tool := range a.Tools {
		if tool.Name == call.Function.Name {
			ctx, span := tracing.StartTool(ctx, tool.Name, tracing.WithToolType("function"), tracing.WithToolCallID(call.ID))
			result, err = tool.Run(ctx, call.Function.Arguments)
			span.End(err)
			return result, nil, err
		}
	}
	return "", nil, fmt.Errorf("agent %s: the model called %q, which it has not got", a.Name, call.Function.Name)
}

func (a *Agent) definitions() []openai.ChatCompletionToolUnionParam {
	var defs []openai.ChatCompletionToolUnionParam
	for _, t := range a.Tools {
		defs = append(defs, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: t.Name}))
	}
	for _, other := range a.HandOffs {
		defs = append(defs, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: "transfer_to_" + other.Name}))
	}
	return defs
}
