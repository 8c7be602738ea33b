package demo

import (
	"context"
	"encoding/json"
	"errors"
)

// openAIClient calls OpenAI's API as a hand-written client does: without spans
// of its own.
type openAIClient struct{ endpoint }

type chatRequest struct {
	Model    string        `json:"model"`
	Messages []chatMessage `json:"messages"`
	Tools    []chatTool    `json:"tools,omitempty"`
}

type chatMessage struct {
	Role       string         `json:"role"`
	Content    string         `json:"content,omitempty"`
	ToolCalls  []chatToolCall `json:"tool_calls,omitempty"`
	ToolCallID string         `json:"tool_call_id,omitempty"`
}

type chatToolCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function chatFunction `json:"function"`
}

type chatFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type chatTool struct {
	Type     string           `json:"type"`
	Function chatToolFunction `json:"function"`
}

type chatToolFunction struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Parameters  map[string]any `json:"parameters"`
}

type chatAnswer struct {
	Choices []struct {
		Message chatMessage `json:"message"`
	} `json:"choices"`
}

// chat asks for one completion.
func (c *openAIClient) chat(ctx context.Context, request chatRequest) (message chatMessage, err error) {
	var answer chatAnswer
	if err := c.call(ctx, "/chat/completions", request, &answer); err != nil {
		return message, err
	}
	if len(answer.Choices) == 0 {
		return message, errors.New("the vendor answered without a choice")
	}
	return answer.Choices[0].Message, nil
}

type embeddingsRequest struct {
	Model string `json:"model"`
	Input string `json:"input"`
}

// embed turns a text into a vector, which the demo has no use for.
func (c *openAIClient) embed(ctx context.Context, request embeddingsRequest) error {
	var answer json.RawMessage
	return c.call(ctx, "/embeddings", request, &answer)
}

type responsesRequest struct {
	Model        string `json:"model"`
	Instructions string `json:"instructions"`
	Input        string `json:"input"`
	Stream       bool   `json:"stream"`
}

// respond streams one response to its end.
func (c *openAIClient) respond(ctx context.Context, request responsesRequest) error {
	request.Stream = true
	resp, err := c.post(ctx, "/responses", request, 0)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return readEvents(resp.Body, func([]byte) error { return nil })
}
