package fakevendor

import (
	"encoding/json"
	"net/http"
)

type message struct {
	ID           string         `json:"id"`
	Type         string         `json:"type"`
	Role         string         `json:"role"`
	Model        string         `json:"model"`
	Content      []contentBlock `json:"content"`
	StopReason   *string        `json:"stop_reason"`
	StopSequence *string        `json:"stop_sequence"`
	Usage        anthropicUsage `json:"usage"`
}

type contentBlock struct {
	Type      string          `json:"type"` // thinking, text, tool_use
	Text      *string         `json:"text,omitempty"`
	Thinking  *string         `json:"thinking,omitempty"`
	Signature *string         `json:"signature,omitempty"`
	ID        string          `json:"id,omitempty"`
	Name      string          `json:"name,omitempty"`
	Input     json.RawMessage `json:"input,omitempty"`
}

// anthropicUsage counts input without the cache; message_delta leaves out
// everything but the cumulative token counts.
type anthropicUsage struct {
	InputTokens         int64                   `json:"input_tokens"`
	CacheCreationTokens int64                   `json:"cache_creation_input_tokens"`
	CacheReadTokens     int64                   `json:"cache_read_input_tokens"`
	CacheCreation       *anthropicCacheCreation `json:"cache_creation,omitempty"`
	OutputTokens        int64                   `json:"output_tokens"`
	OutputDetails       *anthropicOutputDetails `json:"output_tokens_details,omitempty"`
	ServerToolUse       *anthropicServerTools   `json:"server_tool_use,omitempty"`
	ServiceTier         string                  `json:"service_tier,omitempty"`
	InferenceGeo        string                  `json:"inference_geo,omitempty"`
}

type anthropicCacheCreation struct {
	Ephemeral5m int64 `json:"ephemeral_5m_input_tokens"`
	Ephemeral1h int64 `json:"ephemeral_1h_input_tokens"`
}

type anthropicOutputDetails struct {
	ThinkingTokens int64 `json:"thinking_tokens"`
}

type anthropicServerTools struct {
	WebSearchRequests int64 `json:"web_search_requests"`
}

func newAnthropicUsage(a Answer) anthropicUsage {
	u := a.Usage
	out := anthropicUsage{
		InputTokens:         u.Input - u.CacheRead - u.CacheWrite(),
		CacheCreationTokens: u.CacheWrite(),
		CacheReadTokens:     u.CacheRead,
		CacheCreation:       &anthropicCacheCreation{u.CacheWrite5m, u.CacheWrite1h},
		OutputTokens:        u.Output,
		ServiceTier:         a.ServiceTier,
		InferenceGeo:        a.InferenceGeo,
	}
	if u.Reasoning > 0 {
		out.OutputDetails = &anthropicOutputDetails{u.Reasoning}
	}
	if u.WebSearches > 0 {
		out.ServerToolUse = &anthropicServerTools{u.WebSearches}
	}
	return out
}

func renderMessage(g *generator, req request, a Answer) reply {
	out := message{
		ID: g.id("msg_01", 22), Type: "message", Role: "assistant", Model: a.Model,
		StopReason: &a.FinishReason, Usage: newAnthropicUsage(a),
	}
	if a.Usage.Reasoning > 0 {
		thought, signature := "Compare the sources first.", g.id("Ep", 60)
		out.Content = append(out.Content, contentBlock{Type: "thinking", Thinking: &thought, Signature: &signature})
	}
	if a.Text != "" {
		out.Content = append(out.Content, contentBlock{Type: "text", Text: &a.Text})
	}
	for _, c := range a.ToolCalls {
		out.Content = append(out.Content, contentBlock{Type: "tool_use", ID: c.ID, Name: c.Name, Input: json.RawMessage(c.Arguments)})
	}
	if !req.Stream {
		return reply{id: out.ID, status: http.StatusOK, body: mustJSON(out), usageSent: true}
	}
	return streamMessage(g, out, a)
}

type messageStart struct {
	Type    string  `json:"type"`
	Message message `json:"message"`
}

type messageDelta struct {
	Type  string         `json:"type"`
	Delta stopDelta      `json:"delta"`
	Usage anthropicUsage `json:"usage"`
}

type stopDelta struct {
	StopReason   *string `json:"stop_reason"`
	StopSequence *string `json:"stop_sequence"`
}

type blockEvent struct {
	Type         string        `json:"type"`
	Index        int           `json:"index"`
	ContentBlock *contentBlock `json:"content_block,omitempty"`
	Delta        *blockDelta   `json:"delta,omitempty"`
}

type blockDelta struct {
	Type        string  `json:"type"`
	Text        *string `json:"text,omitempty"`
	Thinking    *string `json:"thinking,omitempty"`
	Signature   *string `json:"signature,omitempty"`
	PartialJSON *string `json:"partial_json,omitempty"`
}

func streamMessage(g *generator, out message, a Answer) reply {
	rep := reply{id: out.ID, status: http.StatusOK, usageSent: true}
	emit := func(name string, v any) { rep.events = append(rep.events, event{name: name, data: mustJSON(v)}) }

	begun := out
	begun.Content, begun.StopReason = []contentBlock{}, nil
	begun.Usage.OutputTokens = 1 // the first token; message_delta has the total
	begun.Usage.OutputDetails, begun.Usage.ServerToolUse = nil, nil
	emit("message_start", messageStart{"message_start", begun})
	empty := ""
	for i, block := range out.Content {
		opened := block
		var deltas []blockDelta
		switch block.Type {
		case "thinking":
			opened.Thinking, opened.Signature = &empty, &empty
			deltas = []blockDelta{{Type: "thinking_delta", Thinking: block.Thinking}, {Type: "signature_delta", Signature: block.Signature}}
		case "tool_use":
			opened.Input = json.RawMessage("{}")
			half := len(block.Input) / 2
			first, second := string(block.Input[:half]), string(block.Input[half:])
			deltas = []blockDelta{{Type: "input_json_delta", PartialJSON: &first}, {Type: "input_json_delta", PartialJSON: &second}}
		default:
			opened.Text = &empty
			for _, p := range pieces(*block.Text, g.opts.Chunks) {
				deltas = append(deltas, blockDelta{Type: "text_delta", Text: &p})
			}
		}
		emit("content_block_start", blockEvent{Type: "content_block_start", Index: i, ContentBlock: &opened})
		if i == 0 {
			emit("ping", struct {
				Type string `json:"type"`
			}{"ping"})
		}
		for _, d := range deltas {
			emit("content_block_delta", blockEvent{Type: "content_block_delta", Index: i, Delta: &d})
		}
		emit("content_block_stop", blockEvent{Type: "content_block_stop", Index: i})
	}
	total := newAnthropicUsage(a)
	total.CacheCreation, total.ServiceTier, total.InferenceGeo = nil, "", ""
	emit("message_delta", messageDelta{"message_delta", stopDelta{StopReason: out.StopReason}, total})
	emit("message_stop", struct {
		Type string `json:"type"`
	}{"message_stop"})
	return rep
}
