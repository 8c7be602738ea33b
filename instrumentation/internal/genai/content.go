package genai

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// Content holds what was said in a call, in the structure of the conventions.
type Content struct {
	System []Part
	Input  []Message
	Output []Message
	Tools  []Tool
}

// Message is one message, or one choice of an answer.
type Message struct {
	Role  string `json:"role"`
	Parts []Part `json:"parts"`
	Name  string `json:"name,omitempty"`
}

// MarshalJSON writes the parts of an empty message as an empty list: the
// conventions demand a list.
func (m Message) MarshalJSON() ([]byte, error) {
	type plain Message
	if m.Parts == nil {
		m.Parts = []Part{}
	}
	return json.Marshal(plain(m))
}

// Part is a part of a message. Its Type says which of the fields are in use:
// text, reasoning (Content), tool_call (ID, Name, Arguments),
// tool_call_response (ID, Response), blob (Modality, MIMEType; the data itself
// is never kept), uri, file, or a vendor's own.
type Part struct {
	Type      string `json:"type"`
	Content   string `json:"content,omitempty"`
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	Arguments any    `json:"arguments,omitempty"`
	Response  any    `json:"response,omitempty"`
	Modality  string `json:"modality,omitempty"`
	MIMEType  string `json:"mime_type,omitempty"`
	URI       string `json:"uri,omitempty"`
	FileID    string `json:"file_id,omitempty"`
}

// Tool is a tool the model may call.
type Tool struct {
	Type string `json:"type"`
	Name string `json:"name,omitempty"`
}

// ReadContent turns the body of a request and the documents of its answer, one
// or the events of a stream, into content. What cannot be read is left out.
type ReadContent func(request []byte, answer []json.RawMessage) Content

// TextPart is a part of text.
func TextPart(s string) Part { return Part{Type: "text", Content: s} }

// AppendTextPart appends a part of text unless it is empty.
func AppendTextPart(parts []Part, s string) []Part {
	if s == "" {
		return parts
	}
	return append(parts, TextPart(s))
}

// URIPart is a part that is elsewhere. A data URL is a blob, of which only
// the kind is kept.
func URIPart(modality, uri string) Part {
	if rest, ok := strings.CutPrefix(uri, "data:"); ok {
		mime, _, _ := strings.Cut(rest, ";")
		return Part{Type: "blob", Modality: modality, MIMEType: mime}
	}
	return Part{Type: "uri", Modality: modality, URI: uri}
}

// BlobPart is a part of binary data, of which only the kind is kept.
func BlobPart(mime string) Part {
	modality, _, _ := strings.Cut(mime, "/")
	switch modality {
	case "image", "video", "audio":
	default:
		modality = "document"
	}
	return Part{Type: "blob", Modality: modality, MIMEType: mime}
}

// Decoded is a JSON value as Go values, or the text itself where it is a string
// or no JSON.
func Decoded(raw []byte) any {
	var v any
	if json.Unmarshal(raw, &v) == nil {
		return v
	}
	if len(raw) == 0 {
		return nil
	}
	return string(raw)
}

// Unmarshal reads JSON into v and reports whether it is JSON. A value of another
// type than v has is left out, and what is around it is read.
func Unmarshal(raw []byte, v any) bool {
	err := json.Unmarshal(raw, v)
	var mistyped *json.UnmarshalTypeError
	return err == nil || errors.As(err, &mistyped)
}

// Arguments are those of a tool call: JSON in a string, or as it is.
type Arguments string

// UnmarshalJSON reads either.
func (a *Arguments) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	*a = Arguments(s)
	return nil
}

// Decoded is the arguments as Go values.
func (a Arguments) Decoded() any { return Decoded([]byte(a)) }

// Documents splits captured bytes into JSON documents: one after the other, or
// the elements of an array at the root. It stops at what is cut off.
func Documents(captured []byte, splitArray bool) []json.RawMessage {
	dec := json.NewDecoder(bytes.NewReader(captured))
	if trimmed := bytes.TrimSpace(captured); splitArray && len(trimmed) > 0 && trimmed[0] == '[' {
		if _, err := dec.Token(); err != nil {
			return nil
		}
	}
	var docs []json.RawMessage
	for dec.More() {
		var d json.RawMessage
		if dec.Decode(&d) != nil {
			break
		}
		docs = append(docs, d)
	}
	return docs
}
