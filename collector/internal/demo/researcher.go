package demo

import (
	"context"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"

	"github.com/spanledger/spanledger/tracing"
)

const researcherPrompt = `You research one topic with the tools you have, and report what you found in
three sentences with the source of each.`

// maxTurns of one topic: enough for two look-ups and a summary.
const maxTurns = 3

// research looks one topic up.
func (v *vendors) research(ctx context.Context, e errand, topic string) (finding string, err error) {
	ctx, agent := tracing.StartAgent(ctx, "researcher")
	defer func() { agent.End(err) }()

	if err := v.embed(ctx, e, topic); err != nil {
		return "", err
	}
	messages := []openai.ChatCompletionMessageParamUnion{
		openai.SystemMessage(researcherPrompt),
		openai.UserMessage(e.question + "\nTopic: " + topic),
	}
	for turn := range maxTurns {
		answer, err := v.turn(ctx, e, topic, turn, messages)
		if err != nil {
			return "", err
		}
		if len(answer.toolResults) == 0 {
			return answer.text, nil
		}
		messages = append(messages, answer.message)
		messages = append(messages, answer.toolResults...)
	}
	return "", fmt.Errorf("research %s: no answer in %d turns", topic, maxTurns)
}

// embed turns the topic into a vector for the search.
func (v *vendors) embed(ctx context.Context, e errand, topic string) (err error) {
	ctx, step := tracing.StartStep(ctx, "embed the topic")
	defer func() { step.End(err) }()

	_, err = v.openai.Embeddings.New(ctx, openai.EmbeddingNewParams{
		Model: e.app.models.embeddings,
		Input: openai.EmbeddingNewParamsInputUnion{OfString: openai.String(e.question + " " + topic)},
	})
	if err != nil {
		return fmt.Errorf("embed %s: %w", topic, err)
	}
	return nil
}

type turnAnswer struct {
	text        string
	message     openai.ChatCompletionMessageParamUnion
	toolResults []openai.ChatCompletionMessageParamUnion
}

// turn asks the model once and runs the tools it calls for.
func (v *vendors) turn(ctx context.Context, e errand, topic string, number int, messages []openai.ChatCompletionMessageParamUnion) (answer turnAnswer, err error) {
	name := "look up " + topic
	if number > 0 {
		name = "sum up " + topic
	}
	ctx, step := tracing.StartStep(ctx, name)
	defer func() { step.End(err) }()

	completion, err := v.openai.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    e.app.models.researcher,
		Messages: messages,
		Tools: []openai.ChatCompletionToolUnionParam{
			openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
				Name:        searchTool,
				Description: openai.String("Search the company's documents."),
				Parameters: shared.FunctionParameters{
					"type":       "object",
					"properties": map[string]any{"query": map[string]any{"type": "string"}},
					"required":   []string{"query"},
				},
			}),
			openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
				Name:        figuresTool,
				Description: openai.String("Look a figure up in the data warehouse."),
				Parameters: shared.FunctionParameters{
					"type": "object",
					"properties": map[string]any{
						"metric": map[string]any{"type": "string"},
						"weeks":  map[string]any{"type": "integer"},
					},
					"required": []string{"metric"},
				},
			}),
		},
	})
	if err != nil {
		return answer, fmt.Errorf("research %s: %w", topic, err)
	}
	if len(completion.Choices) == 0 {
		return answer, fmt.Errorf("research %s: the vendor answered without a choice", topic)
	}
	message := completion.Choices[0].Message
	answer.text, answer.message = message.Content, message.ToParam()
	for _, call := range message.ToolCalls {
		result, err := runTool(ctx, call.Function.Name, call.Function.Arguments)
		if err != nil {
			// The model is told, as it would be in a real application.
			result = "error: " + err.Error()
		}
		answer.toolResults = append(answer.toolResults, openai.ToolMessage(result, call.ID))
	}
	return answer, nil
}
