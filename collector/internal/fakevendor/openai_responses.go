package fakevendor

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

func decodeResponses(body []byte, req *request) error {
	var in struct {
		Model        string          `json:"model"`
		Stream       bool            `json:"stream"`
		ServiceTier  string          `json:"service_tier"`
		MaxOutput    int64           `json:"max_output_tokens"`
		Instructions string          `json:"instructions"`
		Input        json.RawMessage `json:"input"`
		Tools        []struct {
			Type string `json:"type"`
			functionTool
		} `json:"tools"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return err
	}
	req.Model, req.Stream, req.ServiceTier = in.Model, in.Stream, in.ServiceTier
	req.maxOutput, req.reasons = in.MaxOutput, reasoningModel(in.Model)
	req.promptBytes = len(in.Instructions) + len(in.Input)
	for _, t := range in.Tools {
		switch {
		case t.Type == "function":
			req.tools = append(req.tools, tool{t.Name, t.Parameters})
		case strings.HasPrefix(t.Type, "web_search"):
			req.webSearch = true
		}
	}
	var items []json.RawMessage
	if json.Unmarshal(in.Input, &items) == nil && len(items) > 0 {
		req.toolAnswered = bytes.Contains(items[len(items)-1], []byte(`"function_call_output"`))
	}
	return nil
}

type response struct {
	ID                string              `json:"id"`
	Object            string              `json:"object"`
	CreatedAt         int64               `json:"created_at"`
	Status            string              `json:"status"`
	Error             *openAIErrorBody    `json:"error"`
	IncompleteDetails *responseIncomplete `json:"incomplete_details"`
	Model             string              `json:"model"`
	Output            []responseItem      `json:"output"`
	ParallelToolCalls bool                `json:"parallel_tool_calls"`
	ServiceTier       string              `json:"service_tier"`
	ToolChoice        string              `json:"tool_choice"`
	Tools             []struct{}          `json:"tools"`
	Usage             *responseUsage      `json:"usage"`
}

type responseIncomplete struct {
	Reason string `json:"reason"`
}

type responseItem struct {
	ID        string            `json:"id"`
	Type      string            `json:"type"` // message, function_call, web_search_call
	Status    string            `json:"status"`
	Role      string            `json:"role,omitempty"`
	Content   []responseContent `json:"content,omitempty"`
	CallID    string            `json:"call_id,omitempty"`
	Name      string            `json:"name,omitempty"`
	Arguments string            `json:"arguments,omitempty"`
}

type responseContent struct {
	Type        string     `json:"type"`
	Text        string     `json:"text"`
	Annotations []struct{} `json:"annotations"`
}

type responseUsage struct {
	InputTokens        int64                 `json:"input_tokens"`
	InputTokensDetails responseInputDetails  `json:"input_tokens_details"`
	OutputTokens       int64                 `json:"output_tokens"`
	OutputDetails      responseOutputDetails `json:"output_tokens_details"`
	TotalTokens        int64                 `json:"total_tokens"`
}

type responseInputDetails struct {
	CachedTokens int64 `json:"cached_tokens"`
}

type responseOutputDetails struct {
	ReasoningTokens int64 `json:"reasoning_tokens"`
}

func renderResponse(g *generator, req request, a Answer) reply {
	out := response{
		ID: g.id("resp_", 48), Object: "response", CreatedAt: g.opts.Now().Unix(), Status: a.FinishReason, Model: a.Model,
		ParallelToolCalls: true, ServiceTier: a.ServiceTier, ToolChoice: "auto", Tools: []struct{}{},
		Usage: &responseUsage{
			InputTokens: a.Usage.Input, InputTokensDetails: responseInputDetails{a.Usage.CacheRead},
			OutputTokens: a.Usage.Output, OutputDetails: responseOutputDetails{a.Usage.Reasoning},
			TotalTokens: a.Usage.Input + a.Usage.Output,
		},
	}
	if out.Status == "incomplete" {
		out.IncompleteDetails = &responseIncomplete{Reason: "max_output_tokens"}
	}
	for range a.Usage.WebSearches {
		out.Output = append(out.Output, responseItem{ID: g.id("ws_", 48), Type: "web_search_call", Status: "completed"})
	}
	for _, c := range a.ToolCalls {
		out.Output = append(out.Output, responseItem{
			ID: g.id("fc_", 48), Type: "function_call", Status: "completed", CallID: c.ID, Name: c.Name, Arguments: c.Arguments,
		})
	}
	if a.Text != "" {
		out.Output = append(out.Output, responseItem{
			ID: g.id("msg_", 48), Type: "message", Status: "completed", Role: "assistant",
			Content: []responseContent{{Type: "output_text", Text: a.Text, Annotations: []struct{}{}}},
		})
	}
	if !req.Stream {
		return reply{id: out.ID, status: http.StatusOK, body: mustJSON(out), usageSent: true}
	}
	return streamResponse(g, out)
}

// responseEvent has the fields of all event types; each uses a few.
type responseEvent struct {
	Type           string           `json:"type"`
	SequenceNumber int              `json:"sequence_number"`
	Response       *response        `json:"response,omitempty"`
	OutputIndex    *int             `json:"output_index,omitempty"`
	ContentIndex   *int             `json:"content_index,omitempty"`
	ItemID         string           `json:"item_id,omitempty"`
	Item           *responseItem    `json:"item,omitempty"`
	Part           *responseContent `json:"part,omitempty"`
	Delta          string           `json:"delta,omitempty"`
	Text           string           `json:"text,omitempty"`
	Arguments      string           `json:"arguments,omitempty"`
}

func streamResponse(g *generator, out response) reply {
	rep := reply{id: out.ID, status: http.StatusOK, usageSent: true}
	emit := func(e responseEvent) {
		e.SequenceNumber = len(rep.events)
		rep.events = append(rep.events, event{name: e.Type, data: mustJSON(e)})
	}
	begun := out
	begun.Status, begun.Output, begun.Usage, begun.IncompleteDetails = "in_progress", []responseItem{}, nil, nil
	emit(responseEvent{Type: "response.created", Response: &begun})
	emit(responseEvent{Type: "response.in_progress", Response: &begun})
	zero := 0
	for i := range out.Output {
		item := out.Output[i]
		opened := item
		opened.Status, opened.Content, opened.Arguments = "in_progress", nil, ""
		emit(responseEvent{Type: "response.output_item.added", OutputIndex: &i, Item: &opened})
		for _, part := range item.Content {
			emit(responseEvent{
				Type: "response.content_part.added", OutputIndex: &i, ContentIndex: &zero, ItemID: item.ID,
				Part: &responseContent{Type: part.Type, Annotations: part.Annotations},
			})
			for _, p := range pieces(part.Text, g.opts.Chunks) {
				emit(responseEvent{Type: "response.output_text.delta", OutputIndex: &i, ContentIndex: &zero, ItemID: item.ID, Delta: p})
			}
			emit(responseEvent{Type: "response.output_text.done", OutputIndex: &i, ContentIndex: &zero, ItemID: item.ID, Text: part.Text})
			emit(responseEvent{Type: "response.content_part.done", OutputIndex: &i, ContentIndex: &zero, ItemID: item.ID, Part: &part})
		}
		if item.Type == "function_call" {
			emit(responseEvent{Type: "response.function_call_arguments.delta", OutputIndex: &i, ItemID: item.ID, Delta: item.Arguments})
			emit(responseEvent{Type: "response.function_call_arguments.done", OutputIndex: &i, ItemID: item.ID, Arguments: item.Arguments})
		}
		emit(responseEvent{Type: "response.output_item.done", OutputIndex: &i, Item: &item})
	}
	emit(responseEvent{Type: "response." + out.Status, Response: &out})
	return rep
}
