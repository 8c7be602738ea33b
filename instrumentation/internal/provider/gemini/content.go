package gemini

import (
	"encoding/json"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

type wireContent struct {
	Role  string     `json:"role"`
	Parts []wirePart `json:"parts"`
}

type wirePart struct {
	Text       string `json:"text"`
	Thought    bool   `json:"thought"`
	InlineData *struct {
		MIMEType string `json:"mimeType"`
	} `json:"inlineData"`
	FileData *struct {
		MIMEType string `json:"mimeType"`
		FileURI  string `json:"fileUri"`
	} `json:"fileData"`
	FunctionCall *struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Args any    `json:"args"`
	} `json:"functionCall"`
	FunctionResponse *struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Response any    `json:"response"`
	} `json:"functionResponse"`
}

// read reads generateContent, whole or streamed.
func read(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		System   wireContent   `json:"systemInstruction"`
		Contents []wireContent `json:"contents"`
		Tools    []struct {
			FunctionDeclarations []struct {
				Name string `json:"name"`
			} `json:"functionDeclarations"`
		} `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{System: parts(req.System.Parts)}
	for _, c := range req.Contents {
		out.Input = append(out.Input, genai.Message{Role: role(c.Role, "user"), Parts: parts(c.Parts)})
	}
	for _, t := range req.Tools {
		for _, f := range t.FunctionDeclarations {
			out.Tools = append(out.Tools, genai.Tool{Type: "function", Name: f.Name})
		}
	}
	for _, doc := range answer {
		var d struct {
			Candidates []struct {
				Index   int         `json:"index"`
				Content wireContent `json:"content"`
			} `json:"candidates"`
		}
		if json.Unmarshal(doc, &d) != nil {
			continue
		}
		for _, c := range d.Candidates {
			if c.Index < 0 || c.Index >= 128 {
				continue
			}
			for len(out.Output) <= c.Index {
				out.Output = append(out.Output, genai.Message{Role: "assistant"})
			}
			m := &out.Output[c.Index]
			m.Parts = join(m.Parts, parts(c.Content.Parts))
		}
	}
	return out
}

// join appends the parts of the next event; text goes on where it stopped.
func join(parts, next []genai.Part) []genai.Part {
	for _, p := range next {
		last := len(parts) - 1
		if last >= 0 && parts[last].Type == p.Type && (p.Type == "text" || p.Type == "reasoning") {
			parts[last].Content += p.Content
			continue
		}
		parts = append(parts, p)
	}
	return parts
}

func parts(in []wirePart) []genai.Part {
	var out []genai.Part
	for _, p := range in {
		switch {
		case p.Thought:
			out = append(out, genai.Part{Type: "reasoning", Content: p.Text})
		case p.Text != "":
			out = append(out, genai.TextPart(p.Text))
		case p.FunctionCall != nil:
			out = append(out, genai.Part{Type: "tool_call", ID: p.FunctionCall.ID, Name: p.FunctionCall.Name, Arguments: p.FunctionCall.Args})
		case p.FunctionResponse != nil:
			out = append(out, genai.Part{Type: "tool_call_response", ID: p.FunctionResponse.ID, Name: p.FunctionResponse.Name, Response: p.FunctionResponse.Response})
		case p.InlineData != nil:
			out = append(out, genai.BlobPart(p.InlineData.MIMEType))
		case p.FileData != nil:
			blob := genai.BlobPart(p.FileData.MIMEType)
			out = append(out, genai.Part{Type: "uri", Modality: blob.Modality, MIMEType: p.FileData.MIMEType, URI: p.FileData.FileURI})
		}
	}
	return out
}

func role(r, fallback string) string {
	switch r {
	case "":
		return fallback
	case "model":
		return "assistant"
	default:
		return r
	}
}
