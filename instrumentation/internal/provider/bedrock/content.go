package bedrock

import (
	"encoding/json"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

// wireBlock is a block of content of Converse, whole or begun in a stream.
type wireBlock struct {
	Text             string `json:"text"`
	ReasoningContent *struct {
		ReasoningText struct {
			Text string `json:"text"`
		} `json:"reasoningText"`
		Text string `json:"text"` // in a stream
	} `json:"reasoningContent"`
	ToolUse *struct {
		ToolUseID string          `json:"toolUseId"`
		Name      string          `json:"name"`
		Input     json.RawMessage `json:"input"` // a string in a stream
	} `json:"toolUse"`
	ToolResult *struct {
		ToolUseID string `json:"toolUseId"`
		Content   []struct {
			Text string `json:"text"`
			JSON any    `json:"json"`
		} `json:"content"`
	} `json:"toolResult"`
	Image    *wireFile `json:"image"`
	Document *wireFile `json:"document"`
	Video    *wireFile `json:"video"`
}

type wireFile struct {
	Format string `json:"format"`
}

type wireMessage struct {
	Role    string      `json:"role"`
	Content []wireBlock `json:"content"`
}

// readConverse reads Converse, whole or streamed.
func readConverse(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		System     []wireBlock   `json:"system"`
		Messages   []wireMessage `json:"messages"`
		ToolConfig struct {
			Tools []struct {
				ToolSpec struct {
					Name string `json:"name"`
				} `json:"toolSpec"`
			} `json:"tools"`
		} `json:"toolConfig"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{System: parts(req.System)}
	for _, m := range req.Messages {
		out.Input = append(out.Input, genai.Message{Role: m.Role, Parts: parts(m.Content)})
	}
	for _, t := range req.ToolConfig.Tools {
		if t.ToolSpec.Name != "" {
			out.Tools = append(out.Tools, genai.Tool{Type: "function", Name: t.ToolSpec.Name})
		}
	}
	if said := assemble(answer); len(said) > 0 {
		out.Output = []genai.Message{{Role: "assistant", Parts: said}}
	}
	return out
}

// maxBlocks bounds the blocks of an answer that are recorded separately.
const maxBlocks = 1024

// assemble puts the parts of an answer together from its events.
func assemble(answer []json.RawMessage) []genai.Part {
	var out []genai.Part
	input := map[int]string{} // of tools, as it is streamed
	for _, doc := range answer {
		var d struct {
			Output struct {
				Message wireMessage `json:"message"`
			} `json:"output"`
			Index int        `json:"contentBlockIndex"`
			Start *wireBlock `json:"start"`
			Delta *wireBlock `json:"delta"`
		}
		if !genai.Unmarshal(doc, &d) || d.Index < 0 || d.Index >= maxBlocks {
			continue
		}
		if whole := parts(d.Output.Message.Content); whole != nil {
			return whole
		}
		if d.Start == nil && d.Delta == nil {
			continue
		}
		for len(out) <= d.Index {
			out = append(out, genai.TextPart(""))
		}
		part := &out[d.Index]
		if d.Start != nil && d.Start.ToolUse != nil {
			*part = genai.Part{Type: "tool_call", ID: d.Start.ToolUse.ToolUseID, Name: d.Start.ToolUse.Name}
		}
		switch delta := d.Delta; {
		case delta == nil:
		case delta.ReasoningContent != nil:
			part.Type = "reasoning"
			part.Content += delta.ReasoningContent.Text
		case delta.ToolUse != nil:
			var piece string
			_ = json.Unmarshal(delta.ToolUse.Input, &piece)
			input[d.Index] += piece
		default:
			part.Content += delta.Text
		}
	}
	for i, raw := range input {
		out[i].Arguments = genai.Decoded([]byte(raw))
	}
	return out
}

func parts(in []wireBlock) []genai.Part {
	var out []genai.Part
	for _, b := range in {
		switch {
		case b.Text != "":
			out = append(out, genai.TextPart(b.Text))
		case b.ReasoningContent != nil:
			out = append(out, genai.Part{Type: "reasoning", Content: b.ReasoningContent.ReasoningText.Text})
		case b.ToolUse != nil:
			out = append(out, genai.Part{Type: "tool_call", ID: b.ToolUse.ToolUseID, Name: b.ToolUse.Name, Arguments: genai.Decoded(b.ToolUse.Input)})
		case b.ToolResult != nil:
			var response []any
			for _, c := range b.ToolResult.Content {
				if c.JSON != nil {
					response = append(response, c.JSON)
				} else {
					response = append(response, c.Text)
				}
			}
			out = append(out, genai.Part{Type: "tool_call_response", ID: b.ToolResult.ToolUseID, Response: response})
		case b.Image != nil:
			out = append(out, genai.BlobPart("image/"+b.Image.Format))
		case b.Video != nil:
			out = append(out, genai.BlobPart("video/"+b.Video.Format))
		case b.Document != nil:
			out = append(out, genai.Part{Type: "blob", Modality: "document"})
		}
	}
	return out
}
