package gemini

import (
	"cmp"
	"encoding/json"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
)

type wireContent struct {
	Role  string     `json:"role"`
	Parts []wirePart `json:"parts"`
}

type wirePart struct {
	Text             string    `json:"text"`
	Thought          bool      `json:"thought"`
	InlineData       *wireData `json:"inlineData"`
	FileData         *wireData `json:"fileData"`
	FunctionCall     *wireCall `json:"functionCall"`
	FunctionResponse *wireCall `json:"functionResponse"`

	// The same in requests under the names of protobuf.
	InlineDataProto       *wireData `json:"inline_data"`
	FileDataProto         *wireData `json:"file_data"`
	FunctionCallProto     *wireCall `json:"function_call"`
	FunctionResponseProto *wireCall `json:"function_response"`
}

type wireData struct {
	MIMEType      string `json:"mimeType"`
	MIMETypeProto string `json:"mime_type"`
	FileURI       string `json:"fileUri"`
	FileURIProto  string `json:"file_uri"`
}

func (d *wireData) mimeType() string { return cmp.Or(d.MIMEType, d.MIMETypeProto) }

// wireCall is a call of a function, or what it returned.
type wireCall struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Args     any    `json:"args"`
	Response any    `json:"response"`
}

type wireFunction struct {
	Name string `json:"name"`
}

// read reads generateContent, whole or streamed.
func read(request []byte, answer []json.RawMessage) genai.Content {
	var req struct {
		System      wireContent   `json:"systemInstruction"`
		SystemProto wireContent   `json:"system_instruction"`
		Contents    []wireContent `json:"contents"`
		Tools       []struct {
			Functions      []wireFunction `json:"functionDeclarations"`
			FunctionsProto []wireFunction `json:"function_declarations"`
		} `json:"tools"`
	}
	_ = json.Unmarshal(request, &req)
	out := genai.Content{System: parts(append(req.System.Parts, req.SystemProto.Parts...))}
	for _, c := range req.Contents {
		out.Input = append(out.Input, genai.Message{Role: role(c.Role, "user"), Parts: parts(c.Parts)})
	}
	for _, t := range req.Tools {
		for _, f := range append(t.Functions, t.FunctionsProto...) {
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
		if !genai.Unmarshal(doc, &d) {
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

// join appends the parts of the next event; text continues where it stopped.
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
		call := cmp.Or(p.FunctionCall, p.FunctionCallProto)
		result := cmp.Or(p.FunctionResponse, p.FunctionResponseProto)
		inline := cmp.Or(p.InlineData, p.InlineDataProto)
		file := cmp.Or(p.FileData, p.FileDataProto)
		switch {
		case p.Thought:
			out = append(out, genai.Part{Type: "reasoning", Content: p.Text})
		case p.Text != "":
			out = append(out, genai.TextPart(p.Text))
		case call != nil:
			out = append(out, genai.Part{Type: "tool_call", ID: call.ID, Name: call.Name, Arguments: call.Args})
		case result != nil:
			out = append(out, genai.Part{Type: "tool_call_response", ID: result.ID, Name: result.Name, Response: result.Response})
		case inline != nil:
			out = append(out, genai.BlobPart(inline.mimeType()))
		case file != nil:
			blob := genai.BlobPart(file.mimeType())
			blob.Type, blob.URI = "uri", cmp.Or(file.FileURI, file.FileURIProto)
			out = append(out, blob)
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
