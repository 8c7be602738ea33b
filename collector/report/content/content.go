package content

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Hint says how to record content where there is none.
const Hint = "content is not recorded, which is the default: set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=EVENT_ONLY " +
	"in the application, and content: {policy: redact} of genai_normalizer in the logs pipeline of the collector (docs/logs.md)"

// Part is one piece of what was said.
type Part struct {
	Kind Kind   `json:"kind"`
	Role string `json:"role"` // user, assistant, tool; "" when not known
	Type string `json:"type"` // text, tool_call, ...
	Text string `json:"text"`
}

// Kind is which side of a call a part is of.
type Kind string

// Kinds.
const (
	System Kind = "system"
	Input  Kind = "input"
	Output Kind = "output"
	Tools  Kind = "tools"
)

// sources are the attributes that hold content, in the order to read them.
var sources = []struct {
	kind Kind
	key  string
}{
	{System, string(semconv.SystemInstructions)},
	{Tools, string(semconv.ToolDefinitions)},
	{Input, string(semconv.InputMessages)},
	{Output, string(semconv.OutputMessages)},
}

// Of lists what the log records of one span hold, each piece once.
func Of(logs []ledger.Log) []Part {
	var parts []Part
	seen := map[Part]bool{}
	for _, source := range sources {
		for i := range logs {
			for _, part := range read(source.kind, logs[i].Attributes[source.key]) {
				if !seen[part] {
					seen[part] = true
					parts = append(parts, part)
				}
			}
		}
	}
	for i := range logs {
		kind, isMessage := events[logs[i].EventName]
		if part := (Part{Kind: kind, Type: "json", Text: logs[i].Body}); isMessage && part.Text != "" && !seen[part] {
			seen[part] = true
			parts = append(parts, part)
		}
	}
	return parts
}

// events of earlier conventions have one message in the body.
var events = map[string]Kind{
	"gen_ai.system.message":    System,
	"gen_ai.user.message":      Input,
	"gen_ai.assistant.message": Input,
	"gen_ai.tool.message":      Input,
	"gen_ai.choice":            Output,
}

// message is one of gen_ai.input.messages or gen_ai.output.messages.
type message struct {
	Role  string            `json:"role"`
	Parts []json.RawMessage `json:"parts"`
}

// piece is a part of a message; which fields there are depends on its type.
type piece struct {
	Type      string          `json:"type"`
	Content   json.RawMessage `json:"content"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Response  json.RawMessage `json:"response"`
	Result    json.RawMessage `json:"result"`
}

// read takes content apart; what is not of the conventions' form, or was cut
// in its midst, is given as it is.
func read(kind Kind, text string) []Part {
	if text == "" {
		return nil
	}
	whole := []Part{{Kind: kind, Type: "json", Text: text}}
	var items []json.RawMessage
	if json.Unmarshal([]byte(text), &items) != nil {
		if !strings.HasPrefix(strings.TrimSpace(text), "[") {
			whole[0].Type = "text"
		}
		return whole
	}
	var parts []Part
	for _, item := range items {
		var m message
		switch {
		case kind == Tools:
			parts = append(parts, Part{Kind: kind, Type: "json", Text: string(item)})
		case json.Unmarshal(item, &m) == nil && m.Parts != nil:
			for _, p := range m.Parts {
				parts = append(parts, pieceOf(kind, m.Role, p))
			}
		default:
			parts = append(parts, pieceOf(kind, m.Role, item))
		}
	}
	return parts
}

func pieceOf(kind Kind, role string, raw json.RawMessage) Part {
	var p piece
	if json.Unmarshal(raw, &p) != nil || p.Type == "" {
		return Part{Kind: kind, Role: role, Type: "json", Text: plain(raw)}
	}
	part := Part{Kind: kind, Role: role, Type: p.Type}
	switch {
	case p.Name != "" && p.Arguments != nil:
		part.Text = fmt.Sprintf("%s(%s)", p.Name, plain(p.Arguments))
	case p.Content != nil:
		part.Text = plain(p.Content)
	case p.Response != nil:
		part.Text = plain(p.Response)
	case p.Result != nil:
		part.Text = plain(p.Result)
	default:
		part.Text = string(raw)
	}
	return part
}

// plain is the text of a JSON string, and JSON as it is of anything else.
func plain(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}
