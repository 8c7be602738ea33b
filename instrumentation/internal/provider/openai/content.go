package openai

import (
	"cmp"
	"encoding/json"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// wireMessage is a message of a chat, whole or the delta of one.
type wireMessage struct {
	Role             string          `json:"role"`
	Name             string          `json:"name"`
	Content          json.RawMessage `json:"content"` // a string or parts
	Refusal          string          `json:"refusal"`
	ReasoningContent string          `json:"reasoning_content"`
	Reasoning        json.RawMessage `json:"reasoning"` // a string, of OpenRouter and Groq
	ToolCallID       string          `json:"tool_call_id"`
	ToolCalls        []wireToolCall  `json:"tool_calls"`
	FunctionCall     *wireFunction   `json:"function_call"` // of before tool calls
}

type wireToolCall struct {
	Index    int          `json:"index"`
	ID       string       `json:"id"`
	Function wireFunction `json:"function"`
}

type wireFunction struct {
	Name      string          `json:"name"`
	Arguments genai.Arguments `json:"arguments"`
}

type wirePart struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Refusal  string `json:"refusal"`
	ImageURL any    `json:"image_url"` // {"url"} in chat, a string in responses
	FileID   string `json:"file_id"`
	Audio    struct {
		Format string `json:"format"`
	} `json:"input_audio"`
	Thinking json.RawMessage `json:"thinking"` // parts, of Mistral
}

type wireTool struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Function struct {
		Name string `json:"name"`
	} `json:"function"`
}

// readChat reads chat completions and completions.
func readChat(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		Messages []wireMessage   `json:"messages"`
		Prompt   json.RawMessage `json:"prompt"`
		Tools    []wireTool      `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{Tools: tools(req.Tools)}
	for _, m := range req.Messages {
		out.Input = append(out.Input, m.message())
	}
	if parts := textOrParts(req.Prompt); parts != nil {
		out.Input = append(out.Input, genai.Message{Role: "user", Parts: parts})
	}
	var choices assembled
	for _, doc := range answer {
		var d struct {
			Choices []struct {
				Index   int          `json:"index"`
				Text    string       `json:"text"`
				Message *wireMessage `json:"message"`
				Delta   *wireMessage `json:"delta"`
			} `json:"choices"`
		}
		if !genai.Unmarshal(doc, &d) {
			continue
		}
		for _, c := range d.Choices {
			choice := choices.at(c.Index)
			choice.text += c.Text
			if c.Delta != nil {
				choice.add(c.Delta)
			}
			if c.Message != nil {
				choice.whole = c.Message
			}
		}
	}
	for _, c := range choices {
		out.Output = append(out.Output, c.message())
	}
	return out
}

// assembled are the choices of an answer, by index.
type assembled []*choice

// choice is one choice. Vendors send deltas, the whole message, or both: Perplexity
// repeats the message so far in each event, and has an empty delta in a whole
// answer; in Writer's events the message is the delta again.
type choice struct {
	whole           *wireMessage
	role            string
	text, reasoning string
	calls           []wireToolCall
}

func (a *assembled) at(i int) *choice {
	for len(*a) <= i && i < 128 {
		*a = append(*a, &choice{})
	}
	if i < 0 || i >= len(*a) {
		return &choice{}
	}
	return (*a)[i]
}

func (c *choice) add(d *wireMessage) {
	if d.Role != "" {
		c.role = d.Role
	}
	for _, p := range textOrParts(d.Content) {
		if p.Type == "reasoning" {
			c.reasoning += p.Content
		} else {
			c.text += p.Content
		}
	}
	c.text += d.Refusal
	c.reasoning += d.ReasoningContent + text(d.Reasoning)
	if f := d.FunctionCall; f != nil {
		d.ToolCalls = append(d.ToolCalls, wireToolCall{Function: *f})
	}
	for _, t := range d.ToolCalls {
		for len(c.calls) <= t.Index && t.Index < 128 {
			c.calls = append(c.calls, wireToolCall{})
		}
		if t.Index < 0 || t.Index >= len(c.calls) {
			continue
		}
		call := &c.calls[t.Index]
		call.ID += t.ID
		call.Function.Name += t.Function.Name
		call.Function.Arguments += t.Function.Arguments
	}
}

func (c *choice) message() genai.Message {
	if c.whole != nil && c.text == "" && c.reasoning == "" && c.calls == nil {
		return c.whole.message()
	}
	m := genai.Message{Role: c.role}
	if m.Role == "" {
		m.Role = "assistant"
	}
	if c.reasoning != "" {
		m.Parts = append(m.Parts, genai.Part{Type: "reasoning", Content: c.reasoning})
	}
	m.Parts = genai.AppendTextPart(m.Parts, c.text)
	m.Parts = append(m.Parts, toolCalls(c.calls)...)
	return m
}

func (m *wireMessage) message() genai.Message {
	out := genai.Message{Role: m.Role, Name: m.Name}
	if r := m.ReasoningContent + text(m.Reasoning); r != "" {
		out.Parts = append(out.Parts, genai.Part{Type: "reasoning", Content: r})
	}
	if m.ToolCallID != "" {
		out.Parts = append(out.Parts, genai.Part{Type: "tool_call_response", ID: m.ToolCallID, Response: genai.Decoded(m.Content)})
		return out
	}
	if m.Role == "function" { // of before tool calls
		out.Parts = append(out.Parts, genai.Part{Type: "tool_call_response", Name: m.Name, Response: genai.Decoded(m.Content)})
		return out
	}
	out.Parts = append(out.Parts, textOrParts(m.Content)...)
	out.Parts = genai.AppendTextPart(out.Parts, m.Refusal)
	if f := m.FunctionCall; f != nil {
		m.ToolCalls = append(m.ToolCalls, wireToolCall{Function: *f})
	}
	out.Parts = append(out.Parts, toolCalls(m.ToolCalls)...)
	return out
}

func toolCalls(calls []wireToolCall) []genai.Part {
	var parts []genai.Part
	for _, t := range calls {
		parts = append(parts, genai.Part{Type: "tool_call", ID: t.ID, Name: t.Function.Name, Arguments: t.Function.Arguments.Decoded()})
	}
	return parts
}

// tools are named by what the caller calls them, those of the vendor by their
// type.
func tools(in []wireTool) []genai.Tool {
	var out []genai.Tool
	for _, t := range in {
		out = append(out, genai.Tool{Type: t.Type, Name: cmp.Or(t.Name, t.Function.Name, t.Type)})
	}
	return out
}

func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// textOrParts reads content that is a string or a list of parts.
func textOrParts(raw json.RawMessage) []genai.Part {
	if s := text(raw); s != "" {
		return []genai.Part{genai.TextPart(s)}
	}
	var parts []wirePart
	_ = genai.Unmarshal(raw, &parts)
	var out []genai.Part
	for _, p := range parts {
		switch {
		case p.Type == "thinking":
			for _, t := range textOrParts(p.Thinking) {
				out = append(out, genai.Part{Type: "reasoning", Content: t.Content})
			}
		case p.Text != "" || p.Refusal != "":
			out = append(out, genai.TextPart(p.Text+p.Refusal))
		case p.ImageURL != nil:
			out = append(out, genai.URIPart("image", imageURL(p.ImageURL)))
		case p.FileID != "":
			out = append(out, genai.Part{Type: "file", FileID: p.FileID})
		case p.Audio.Format != "":
			out = append(out, genai.BlobPart("audio/"+p.Audio.Format))
		default:
			out = append(out, genai.Part{Type: p.Type})
		}
	}
	return out
}

func imageURL(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["url"]
	}
	s, _ := v.(string)
	return s
}

// wireItem is an item of the input or output of a response.
type wireItem struct {
	Type      string          `json:"type"`
	Role      string          `json:"role"`
	Content   json.RawMessage `json:"content"`
	CallID    string          `json:"call_id"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Arguments genai.Arguments `json:"arguments"`
	Output    json.RawMessage `json:"output"`
	Summary   json.RawMessage `json:"summary"`
}

// readResponses reads the responses API. A stream holds the whole output in its
// last event.
func readResponses(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		Instructions string          `json:"instructions"`
		Input        json.RawMessage `json:"input"`
		Tools        []wireTool      `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{Tools: tools(req.Tools), System: genai.AppendTextPart(nil, req.Instructions)}
	if s := text(req.Input); s != "" {
		out.Input = []genai.Message{{Role: "user", Parts: []genai.Part{genai.TextPart(s)}}}
	}
	var items []wireItem
	_ = json.Unmarshal(req.Input, &items)
	for _, i := range items {
		out.Input = append(out.Input, i.message("user"))
	}
	var deltas string
	for _, doc := range answer {
		var d struct {
			Output   []wireItem `json:"output"`
			Type     string     `json:"type"`
			Delta    string     `json:"delta"`
			Response *struct {
				Output []wireItem `json:"output"`
			} `json:"response"`
		}
		if !genai.Unmarshal(doc, &d) {
			continue
		}
		if d.Type == "response.output_text.delta" {
			deltas += d.Delta
		}
		output := d.Output
		if d.Response != nil {
			output = d.Response.Output
		}
		if len(output) == 0 {
			continue
		}
		message := genai.Message{Role: "assistant"}
		for _, i := range output {
			message.Parts = append(message.Parts, i.message("assistant").Parts...)
		}
		out.Output = []genai.Message{message}
	}
	if out.Output == nil && deltas != "" { // cut before its last event
		out.Output = []genai.Message{{Role: "assistant", Parts: []genai.Part{genai.TextPart(deltas)}}}
	}
	return out
}

func (i *wireItem) message(role string) genai.Message {
	m := genai.Message{Role: i.Role}
	if m.Role == "" {
		m.Role = role
	}
	switch i.Type {
	case "function_call", "custom_tool_call":
		m.Parts = []genai.Part{{Type: "tool_call", ID: i.CallID, Name: i.Name, Arguments: i.Arguments.Decoded()}}
	case "function_call_output", "custom_tool_call_output":
		m.Role = "tool"
		m.Parts = []genai.Part{{Type: "tool_call_response", ID: i.CallID, Response: genai.Decoded(i.Output)}}
	case "reasoning":
		for _, p := range textOrParts(i.Summary) {
			m.Parts = append(m.Parts, genai.Part{Type: "reasoning", Content: p.Content})
		}
	case "message", "":
		m.Parts = textOrParts(i.Content)
	default:
		m.Parts = []genai.Part{{Type: i.Type, ID: i.ID, Name: i.Name, Arguments: i.Arguments.Decoded()}}
	}
	return m
}
