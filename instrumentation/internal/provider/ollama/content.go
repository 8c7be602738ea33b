package ollama

import (
	"encoding/json"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

type wireMessage struct {
	Role      string   `json:"role"`
	Content   string   `json:"content"`
	Thinking  string   `json:"thinking"`
	Images    []string `json:"images"`
	ToolName  string   `json:"tool_name"`
	ToolCalls []struct {
		Function struct {
			Name      string `json:"name"`
			Arguments any    `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

// read reads chat and generate, whole or in lines.
func read(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		Messages []wireMessage `json:"messages"`
		System   string        `json:"system"`
		Prompt   string        `json:"prompt"`
		Tools    []struct {
			Function struct {
				Name string `json:"name"`
			} `json:"function"`
		} `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{System: genai.AppendTextPart(nil, req.System)}
	for _, m := range req.Messages {
		out.Input = append(out.Input, m.message())
	}
	if req.Prompt != "" {
		out.Input = append(out.Input, genai.Message{Role: "user", Parts: []genai.Part{genai.TextPart(req.Prompt)}})
	}
	for _, t := range req.Tools {
		out.Tools = append(out.Tools, genai.Tool{Type: "function", Name: t.Function.Name})
	}
	said := wireMessage{Role: "assistant"}
	for _, doc := range answer {
		var d struct {
			Message  wireMessage `json:"message"`
			Response string      `json:"response"`
			Thinking string      `json:"thinking"`
		}
		if !genai.Unmarshal(doc, &d) {
			continue
		}
		said.Content += d.Message.Content + d.Response
		said.Thinking += d.Message.Thinking + d.Thinking
		said.ToolCalls = append(said.ToolCalls, d.Message.ToolCalls...)
	}
	if m := said.message(); m.Parts != nil {
		out.Output = []genai.Message{m}
	}
	return out
}

func (m *wireMessage) message() genai.Message {
	out := genai.Message{Role: m.Role}
	if m.Role == "tool" {
		out.Parts = []genai.Part{{Type: "tool_call_response", Name: m.ToolName, Response: m.Content}}
		return out
	}
	if m.Thinking != "" {
		out.Parts = append(out.Parts, genai.Part{Type: "reasoning", Content: m.Thinking})
	}
	out.Parts = genai.AppendTextPart(out.Parts, m.Content)
	for range m.Images {
		out.Parts = append(out.Parts, genai.Part{Type: "blob", Modality: "image"})
	}
	for _, t := range m.ToolCalls {
		out.Parts = append(out.Parts, genai.Part{Type: "tool_call", Name: t.Function.Name, Arguments: t.Function.Arguments})
	}
	return out
}
