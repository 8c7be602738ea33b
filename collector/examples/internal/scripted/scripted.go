// Package scripted replaces a model whose answers are known beforehand, in
// the wire format of OpenAI's chat completions, so that examples with a
// framework's agent loop run the same way every time.
package scripted

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
)

// Reply is one answer of the model: text, or the call of a tool.
type Reply struct {
	Text      string
	Tool      string
	Arguments string // JSON
}

// Model is a server that gives the replies one after the other.
type Model struct {
	server *httptest.Server

	mu      sync.Mutex
	replies []Reply
	served  int
}

// Start serves replies on a loopback port.
func Start(replies ...Reply) *Model {
	m := &Model{replies: replies}
	m.server = httptest.NewServer(http.HandlerFunc(m.serve))
	return m
}

// URL is the base URL for OpenAI clients, "/v1" included.
func (m *Model) URL() string { return m.server.URL + "/v1" }

// Host is the host and port the model listens on.
func (m *Model) Host() string { return m.server.Listener.Addr().String() }

// Close stops the server.
func (m *Model) Close() { m.server.Close() }

type toolCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type message struct {
	Role      string     `json:"role"`
	Content   string     `json:"content"`
	ToolCalls []toolCall `json:"tool_calls,omitempty"`
}

func (m *Model) serve(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.served == len(m.replies) {
		http.Error(w, `{"error":{"message":"the script is at its end","type":"invalid_request_error"}}`, http.StatusBadRequest)
		return
	}
	reply := m.replies[m.served]
	m.served++

	answer := message{Role: "assistant", Content: reply.Text}
	reason := "stop"
	if reply.Tool != "" {
		call := toolCall{ID: "call_" + strconv.Itoa(m.served), Type: "function"}
		call.Function.Name, call.Function.Arguments = reply.Tool, reply.Arguments
		answer.ToolCalls, reason = []toolCall{call}, "tool_calls"
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"id": "chatcmpl-" + strconv.Itoa(m.served), "object": "chat.completion", "created": 1790000000,
		"model":   "gpt-5-mini-2025-08-07",
		"choices": []any{map[string]any{"index": 0, "message": answer, "finish_reason": reason}},
		"usage":   map[string]int{"prompt_tokens": 120, "completion_tokens": 20, "total_tokens": 140},
	})
}
