package demo

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/tracing"
)

const researcherPrompt = `You research one topic with the tools you have, and report what you found in
three sentences with the source of each.`

// maxTurns of one topic: enough for two look-ups and a summary.
const maxTurns = 3

// research looks one topic up.
func (v *vendors) research(ctx context.Context, e userRequest, topic string) (finding string, err error) {
	ctx, agent := tracing.StartAgent(ctx, "researcher")
	defer func() { agent.End(err) }()

	if err := v.embed(ctx, e, topic); err != nil {
		return "", err
	}
	messages := []chatMessage{
		{Role: "system", Content: researcherPrompt},
		{Role: "user", Content: e.question + "\nTopic: " + topic},
	}
	if e.stuck {
		if messages, err = v.insist(ctx, e, messages); err != nil {
			return "", err
		}
	}
	for turn := range maxTurns {
		answer, err := v.turn(ctx, e, topic, turn, messages)
		if err != nil {
			return "", err
		}
		if len(answer.toolResults) == 0 {
			return answer.message.Content, nil
		}
		messages = append(messages, answer.message)
		messages = append(messages, answer.toolResults...)
	}
	return "", fmt.Errorf("research %s: no answer in %d turns", topic, maxTurns)
}

// insisted is how often a tool that fails is tried again.
const insisted = 4

// insist asks the model again and again with a tool that fails, as an agent without a
// limit on retries does.
func (v *vendors) insist(ctx context.Context, e userRequest, messages []chatMessage) ([]chatMessage, error) {
	for range insisted {
		_, err := v.runTool(ctx, archiveTool, "{}")
		stepCtx, step := tracing.StartStep(ctx, "try the archive again")
		answer, chatErr := v.openai.chat(stepCtx, chatRequest{Model: e.app.models.researcher, Messages: messages})
		step.End(chatErr)
		if chatErr != nil {
			return messages, fmt.Errorf("research: %w", chatErr)
		}
		messages = append(messages, answer, chatMessage{Role: "user", Content: fmt.Sprintf("The archive failed: %v. Try again.", err)})
	}
	_, _ = v.runTool(ctx, archiveTool, "{}") // fails once more, and is given up
	return messages, nil
}

// embed turns the topic into a vector for the search.
func (v *vendors) embed(ctx context.Context, e userRequest, topic string) (err error) {
	ctx, step := tracing.StartStep(ctx, "embed the topic")
	defer func() { step.End(err) }()

	err = v.openai.embed(ctx, embeddingsRequest{Model: e.app.models.embeddings, Input: e.question + " " + topic})
	if err != nil {
		return fmt.Errorf("embed %s: %w", topic, err)
	}
	return nil
}

// tools that the researcher's model may call.
var tools = []chatTool{
	{Type: "function", Function: chatToolFunction{
		Name:        searchTool,
		Description: "Search the company's documents.",
		Parameters: map[string]any{
			"type":       "object",
			"properties": map[string]any{"query": map[string]any{"type": "string"}},
			"required":   []string{"query"},
		},
	}},
	{Type: "function", Function: chatToolFunction{
		Name:        figuresTool,
		Description: "Look a figure up in the data warehouse.",
		Parameters: map[string]any{
			"type": "object",
			"properties": map[string]any{
				"metric": map[string]any{"type": "string"},
				"weeks":  map[string]any{"type": "integer"},
			},
			"required": []string{"metric"},
		},
	}},
}

type turnAnswer struct {
	message     chatMessage
	toolResults []chatMessage
}

// turn asks the model once and runs the tools it calls for.
func (v *vendors) turn(ctx context.Context, e userRequest, topic string, number int, messages []chatMessage) (answer turnAnswer, err error) {
	name := "look up " + topic
	if number > 0 {
		name = "sum up " + topic
	}
	ctx, step := tracing.StartStep(ctx, name)
	defer func() { step.End(err) }()

	answer.message, err = v.openai.chat(ctx, chatRequest{Model: e.app.models.researcher, Messages: messages, Tools: tools})
	if err != nil {
		return answer, fmt.Errorf("research %s: %w", topic, err)
	}
	for _, call := range answer.message.ToolCalls {
		result, err := v.runTool(ctx, call.Function.Name, call.Function.Arguments)
		if err != nil {
			// The model is told, as it would be in a real application.
			result = "error: " + err.Error()
		}
		answer.toolResults = append(answer.toolResults, chatMessage{Role: "tool", ToolCallID: call.ID, Content: result})
	}
	return answer, nil
}
