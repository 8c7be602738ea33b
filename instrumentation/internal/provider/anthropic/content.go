package anthropic

import (
	"encoding/json"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// wireBlock is a block of content.
type wireBlock struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	Thinking  string          `json:"thinking"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Input     json.RawMessage `json:"input"`
	ToolUseID string          `json:"tool_use_id"`
	Content   json.RawMessage `json:"content"`
	Source    struct {
		Type      string `json:"type"`
		MediaType string `json:"media_type"`
		URL       string `json:"url"`
		FileID    string `json:"file_id"`
	} `json:"source"`

	partial string // JSON of the input, as it is streamed
}

// read reads messages, whole or streamed.
func read(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		System   json.RawMessage `json:"system"`
		Messages []struct {
			Role    string          `json:"role"`
			Content json.RawMessage `json:"content"`
		} `json:"messages"`
		Tools []struct {
			Type string `json:"type"`
			Name string `json:"name"`
		} `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{System: parts(blocks(req.System))}
	for _, m := range req.Messages {
		out.Input = append(out.Input, genai.Message{Role: m.Role, Parts: parts(blocks(m.Content))})
	}
	for _, t := range req.Tools {
		if t.Type == "" || t.Type == "custom" {
			t.Type = "function"
		}
		out.Tools = append(out.Tools, genai.Tool{Type: t.Type, Name: t.Name})
	}
	if said := parts(assemble(answer)); said != nil {
		out.Output = []genai.Message{{Role: "assistant", Parts: said}}
	}
	return out
}

// maxBlocks bounds the blocks of an answer that are recorded separately.
const maxBlocks = 1024

// assemble puts the blocks of an answer together from its events.
func assemble(answer []json.RawMessage) []wireBlock {
	var out []wireBlock
	for _, doc := range answer {
		var d struct {
			Type         string          `json:"type"`
			Content      json.RawMessage `json:"content"`
			Index        int             `json:"index"`
			ContentBlock *wireBlock      `json:"content_block"`
			Delta        struct {
				Text        string `json:"text"`
				Thinking    string `json:"thinking"`
				PartialJSON string `json:"partial_json"`
			} `json:"delta"`
		}
		if !genai.Unmarshal(doc, &d) || d.Index < 0 || d.Index >= maxBlocks {
			continue
		}
		switch d.Type {
		case "message":
			return blocks(d.Content)
		case "content_block_start", "content_block_delta":
			for len(out) <= d.Index {
				out = append(out, wireBlock{Type: "text"})
			}
			b := &out[d.Index]
			if d.ContentBlock != nil {
				*b = *d.ContentBlock
			}
			b.Text += d.Delta.Text
			b.Thinking += d.Delta.Thinking
			b.partial += d.Delta.PartialJSON
		}
	}
	return out
}

// blocks reads content that is a string or a list of blocks.
func blocks(raw json.RawMessage) []wireBlock {
	var s string
	if json.Unmarshal(raw, &s) == nil && s != "" {
		return []wireBlock{{Type: "text", Text: s}}
	}
	var out []wireBlock
	_ = json.Unmarshal(raw, &out)
	return out
}

func parts(in []wireBlock) []genai.Part {
	var out []genai.Part
	for _, b := range in {
		switch b.Type {
		case "text":
			out = genai.AppendTextPart(out, b.Text)
		case "thinking":
			out = append(out, genai.Part{Type: "reasoning", Content: b.Thinking})
		case "tool_use":
			arguments := []byte(b.Input)
			if b.partial != "" {
				arguments = []byte(b.partial)
			}
			out = append(out, genai.Part{Type: "tool_call", ID: b.ID, Name: b.Name, Arguments: genai.Decoded(arguments)})
		case "tool_result":
			out = append(out, genai.Part{Type: "tool_call_response", ID: b.ToolUseID, Response: toolResult(b.Content)})
		case "compaction":
			var summary string
			_ = json.Unmarshal(b.Content, &summary)
			out = append(out, genai.Part{Type: b.Type, Content: summary})
		case "image", "document":
			out = append(out, source(b))
		default:
			out = append(out, genai.Part{Type: b.Type, ID: b.ID, Name: b.Name})
		}
	}
	return out
}

// toolResult is the text of a tool's result, or its parts.
func toolResult(raw json.RawMessage) any {
	in := blocks(raw)
	if len(in) == 1 && in[0].Type == "text" {
		return in[0].Text
	}
	var texts []any
	for _, p := range parts(in) {
		texts = append(texts, p.Content)
	}
	return texts
}

func source(b wireBlock) genai.Part {
	switch {
	case b.Source.URL != "":
		return genai.URIPart(b.Type, b.Source.URL)
	case b.Source.FileID != "":
		return genai.Part{Type: "file", Modality: b.Type, FileID: b.Source.FileID}
	default:
		return genai.Part{Type: "blob", Modality: b.Type, MIMEType: b.Source.MediaType}
	}
}
