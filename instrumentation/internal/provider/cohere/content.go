package cohere

import (
	"encoding/json"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

type wireMessage struct {
	Role       string          `json:"role"`
	Content    json.RawMessage `json:"content"` // a string or parts; one part in a stream
	ToolPlan   string          `json:"tool_plan"`
	ToolCallID string          `json:"tool_call_id"`
	ToolCalls  json.RawMessage `json:"tool_calls"` // a list; one call in a stream
}

type wireToolCall struct {
	ID       string `json:"id"`
	Function struct {
		Name      string          `json:"name"`
		Arguments genai.Arguments `json:"arguments"`
	} `json:"function"`
}

type wirePart struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Thinking string `json:"thinking"`
	ImageURL struct {
		URL string `json:"url"`
	} `json:"image_url"`
}

// read reads chat of both versions, whole or streamed.
func read(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		Messages []wireMessage `json:"messages"`
		Preamble string        `json:"preamble"` // version 1
		Message  string        `json:"message"`
		History  []struct {
			Role    string `json:"role"`
			Message string `json:"message"`
		} `json:"chat_history"`
		Tools []struct {
			Function struct {
				Name string `json:"name"`
			} `json:"function"`
		} `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{System: genai.AppendTextPart(nil, req.Preamble)}
	for _, m := range req.Messages {
		out.Input = append(out.Input, m.message())
	}
	for _, m := range req.History {
		out.Input = append(out.Input, genai.Message{Role: role(m.Role), Parts: genai.AppendTextPart(nil, m.Message)})
	}
	if req.Message != "" {
		out.Input = append(out.Input, genai.Message{Role: "user", Parts: []genai.Part{genai.TextPart(req.Message)}})
	}
	for _, t := range req.Tools {
		out.Tools = append(out.Tools, genai.Tool{Type: "function", Name: t.Function.Name})
	}
	if said := assemble(answer); len(said) > 0 {
		out.Output = []genai.Message{{Role: "assistant", Parts: said}}
	}
	return out
}

// role is a role of version 1 by its name in the conventions.
func role(v1 string) string {
	if v1 == "CHATBOT" {
		return "assistant"
	}
	return strings.ToLower(v1)
}

// assemble puts the parts of an answer together from its events.
func assemble(answer []json.RawMessage) []genai.Part {
	var text, thinking string
	var calls []wireToolCall
	for _, doc := range answer {
		var d struct {
			Message *wireMessage `json:"message"`
			Text    string       `json:"text"` // version 1
			Event   string       `json:"event_type"`
			Delta   struct {
				Message *wireMessage `json:"message"`
			} `json:"delta"`
		}
		if !genai.Unmarshal(doc, &d) {
			continue
		}
		if d.Message != nil {
			return d.Message.message().Parts
		}
		if d.Event == "" || d.Event == "text-generation" {
			text += d.Text
		}
		m := d.Delta.Message
		if m == nil {
			continue
		}
		var p wirePart
		_ = json.Unmarshal(m.Content, &p)
		text += p.Text
		thinking += p.Thinking + m.ToolPlan
		var t wireToolCall
		if json.Unmarshal(m.ToolCalls, &t) != nil {
			continue
		}
		if t.ID != "" {
			calls = append(calls, t)
		} else if len(calls) > 0 {
			calls[len(calls)-1].Function.Arguments += t.Function.Arguments
		}
	}
	var out []genai.Part
	if thinking != "" {
		out = append(out, genai.Part{Type: "reasoning", Content: thinking})
	}
	out = genai.AppendTextPart(out, text)
	return append(out, toolCalls(calls)...)
}

func (m *wireMessage) message() genai.Message {
	out := genai.Message{Role: m.Role}
	if out.Role == "" {
		out.Role = "assistant"
	}
	if m.ToolCallID != "" {
		out.Parts = []genai.Part{{Type: "tool_call_response", ID: m.ToolCallID, Response: genai.Decoded(m.Content)}}
		return out
	}
	if m.ToolPlan != "" {
		out.Parts = append(out.Parts, genai.Part{Type: "reasoning", Content: m.ToolPlan})
	}
	var text string
	_ = json.Unmarshal(m.Content, &text)
	out.Parts = genai.AppendTextPart(out.Parts, text)
	var list []wirePart
	_ = json.Unmarshal(m.Content, &list)
	for _, p := range list {
		switch {
		case p.Thinking != "":
			out.Parts = append(out.Parts, genai.Part{Type: "reasoning", Content: p.Thinking})
		case p.ImageURL.URL != "":
			out.Parts = append(out.Parts, genai.URIPart("image", p.ImageURL.URL))
		default:
			out.Parts = genai.AppendTextPart(out.Parts, p.Text)
		}
	}
	var calls []wireToolCall
	_ = json.Unmarshal(m.ToolCalls, &calls)
	out.Parts = append(out.Parts, toolCalls(calls)...)
	return out
}

func toolCalls(calls []wireToolCall) []genai.Part {
	var out []genai.Part
	for _, t := range calls {
		out = append(out, genai.Part{Type: "tool_call", ID: t.ID, Name: t.Function.Name, Arguments: t.Function.Arguments.Decoded()})
	}
	return out
}
