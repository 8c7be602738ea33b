package fakevendor

import (
	"encoding/json"
	"net/http"
)

type chatRequest struct {
	Model         string            `json:"model"`
	Stream        bool              `json:"stream"`
	StreamOptions chatStreamOptions `json:"stream_options"`
	ServiceTier   string            `json:"service_tier"`
	MaxTokens     int64             `json:"max_tokens"`
	MaxCompletion int64             `json:"max_completion_tokens"`
	Messages      []json.RawMessage `json:"messages"`
	Tools         []struct {
		Function functionTool `json:"function"`
	} `json:"tools"`
}

type chatStreamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type functionTool struct {
	Name       string          `json:"name"`
	Parameters json.RawMessage `json:"parameters"`
}

func decodeChat(body []byte, req *request) error {
	var in chatRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	req.Model, req.Stream, req.ServiceTier = in.Model, in.Stream, in.ServiceTier
	req.IncludeUsage = in.StreamOptions.IncludeUsage
	req.maxOutput = max(in.MaxTokens, in.MaxCompletion)
	req.reasons = reasoningModel(in.Model)
	for _, m := range in.Messages {
		req.promptBytes += len(m)
	}
	for _, t := range in.Tools {
		req.tools = append(req.tools, tool{t.Function.Name, t.Function.Parameters})
	}
	if n := len(in.Messages); n > 0 {
		var last struct {
			Role string `json:"role"`
		}
		_ = json.Unmarshal(in.Messages[n-1], &last)
		req.toolAnswered = last.Role == "tool"
	}
	return nil
}

type chatCompletion struct {
	ID                string       `json:"id"`
	Object            string       `json:"object"`
	Created           int64        `json:"created"`
	Model             string       `json:"model"`
	Choices           []chatChoice `json:"choices"`
	Usage             *chatUsage   `json:"usage"`
	ServiceTier       string       `json:"service_tier"`
	SystemFingerprint string       `json:"system_fingerprint"`
}

type chatChoice struct {
	Index        int          `json:"index"`
	Message      *chatMessage `json:"message,omitempty"`
	Delta        *chatMessage `json:"delta,omitempty"`
	Logprobs     *struct{}    `json:"logprobs"`
	FinishReason *string      `json:"finish_reason"`
}

type chatMessage struct {
	Role        string         `json:"role,omitempty"`
	Content     *string        `json:"content,omitempty"`
	ToolCalls   []chatToolCall `json:"tool_calls,omitempty"`
	Refusal     *string        `json:"refusal,omitempty"`
	Annotations []struct{}     `json:"annotations,omitempty"`
}

type chatToolCall struct {
	Index    *int         `json:"index,omitempty"` // streams only
	ID       string       `json:"id,omitempty"`
	Type     string       `json:"type,omitempty"`
	Function chatFunction `json:"function"`
}

type chatFunction struct {
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

type chatUsage struct {
	PromptTokens            int64                 `json:"prompt_tokens"`
	CompletionTokens        int64                 `json:"completion_tokens"`
	TotalTokens             int64                 `json:"total_tokens"`
	PromptTokensDetails     chatPromptDetails     `json:"prompt_tokens_details"`
	CompletionTokensDetails chatCompletionDetails `json:"completion_tokens_details"`
}

type chatPromptDetails struct {
	CachedTokens int64 `json:"cached_tokens"`
	AudioTokens  int64 `json:"audio_tokens"`
}

type chatCompletionDetails struct {
	ReasoningTokens          int64 `json:"reasoning_tokens"`
	AudioTokens              int64 `json:"audio_tokens"`
	AcceptedPredictionTokens int64 `json:"accepted_prediction_tokens"`
	RejectedPredictionTokens int64 `json:"rejected_prediction_tokens"`
}

func newChatUsage(u Usage) *chatUsage {
	return &chatUsage{
		PromptTokens: u.Input, CompletionTokens: u.Output, TotalTokens: u.Input + u.Output,
		PromptTokensDetails:     chatPromptDetails{CachedTokens: u.CacheRead},
		CompletionTokensDetails: chatCompletionDetails{ReasoningTokens: u.Reasoning},
	}
}

func renderChat(g *generator, req request, a Answer) reply {
	head := chatCompletion{
		ID: g.id("chatcmpl-", 29), Created: g.opts.Now().Unix(), Model: a.Model,
		ServiceTier: a.ServiceTier, SystemFingerprint: g.id("fp_", 10),
	}
	if req.Stream {
		return streamChat(g, req, a, head)
	}
	message := &chatMessage{Role: "assistant", Content: &a.Text}
	for _, c := range a.ToolCalls {
		message.Content = nil
		message.ToolCalls = append(message.ToolCalls, chatToolCall{
			ID: c.ID, Type: "function", Function: chatFunction{c.Name, c.Arguments},
		})
	}
	head.Object, head.Usage = "chat.completion", newChatUsage(a.Usage)
	head.Choices = []chatChoice{{Message: message, FinishReason: &a.FinishReason}}
	return reply{id: head.ID, status: http.StatusOK, body: mustJSON(head), usageSent: true}
}

func streamChat(g *generator, req request, a Answer, head chatCompletion) reply {
	head.Object = "chat.completion.chunk"
	rep := reply{id: head.ID, status: http.StatusOK, usageSent: req.IncludeUsage}
	chunk := func(delta chatMessage, finish *string) {
		c := head
		c.Choices = []chatChoice{{Delta: &delta, FinishReason: finish}}
		rep.events = append(rep.events, event{data: mustJSON(c)})
	}
	empty := ""
	chunk(chatMessage{Role: "assistant", Content: &empty}, nil)
	for _, p := range pieces(a.Text, g.opts.Chunks) {
		chunk(chatMessage{Content: &p}, nil)
	}
	for i, c := range a.ToolCalls {
		chunk(chatMessage{ToolCalls: []chatToolCall{{Index: &i, ID: c.ID, Type: "function", Function: chatFunction{c.Name, ""}}}}, nil)
		half := len(c.Arguments) / 2
		for _, part := range []string{c.Arguments[:half], c.Arguments[half:]} {
			chunk(chatMessage{ToolCalls: []chatToolCall{{Index: &i, Function: chatFunction{"", part}}}}, nil)
		}
	}
	chunk(chatMessage{}, &a.FinishReason)
	if req.IncludeUsage {
		c := head
		c.Choices, c.Usage = []chatChoice{}, newChatUsage(a.Usage)
		rep.events = append(rep.events, event{data: mustJSON(c)})
	}
	rep.events = append(rep.events, event{data: []byte("[DONE]")})
	return rep
}
