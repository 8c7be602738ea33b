package otelgenai_test

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkVendorStream is a stream of 2,000 chunks of each format, one a Read:
// cpu-ns/chunk is of the whole call divided by them.
func BenchmarkVendorStream(b *testing.B) {
	const chunks = 2000
	for _, bc := range []struct{ name, url, contentType, chunk string }{
		{
			"OpenAI responses", "https://api.openai.com/v1/responses", "text/event-stream",
			"event: response.output_text.delta\n" + `data: {"type":"response.output_text.delta","sequence_number":###,"item_id":"msg_68a1b2c3d4e5f6","output_index":0,"content_index":0,"delta":" hello","logprobs":[],"obfuscation":"aB3xYz"}` + "\n\n",
		},
		{
			"Anthropic", "https://api.anthropic.com/v1/messages", "text/event-stream",
			"event: content_block_delta\n" + `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" hello"}}` + "\n\n",
		},
		{
			"Gemini", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse", "text/event-stream",
			`data: {"candidates": [{"content": {"parts": [{"text": " hello"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 9,"candidatesTokenCount": ###,"totalTokenCount": 21,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 9}]},"modelVersion": "gemini-2.5-flash","responseId": "x1y2z3"}` + "\r\n\r\n",
		},
		{
			"Bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1:0/converse-stream", "application/vnd.amazon.eventstream",
			eventStreamMessage("contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":" hello"},"p":"abcdefghijklmnop"}`),
		},
		{
			"Ollama", "http://127.0.0.1:11434/api/chat", "application/x-ndjson",
			`{"model":"llama3.2","created_at":"2026-11-20T10:00:00.123456Z","message":{"role":"assistant","content":" hello"},"done":false}` + "\n",
		},
	} {
		b.Run(bc.name, func(b *testing.B) {
			c := newCaller(wrapped("otelgenai", repeated{bc.contentType, bc.chunk, chunks}))
			c.url = bc.url
			request := []byte(`{"model":"m","stream":true}`)
			b.ReportAllocs()
			start := cpuTime(b)
			for b.Loop() {
				c.call(b, request)
			}
			b.ReportMetric(perOp(b, start)/chunks, "cpu-ns/chunk")
		})
	}
}

// repeated answers with a stream of n chunks, equal but for a number of three digits
// in place of ###, as those of vendors differ.
type repeated struct {
	contentType, chunk string
	n                  int
}

func (r repeated) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Request: req, Header: http.Header{"Content-Type": {r.contentType}}, Body: io.NopCloser(&r)}, nil
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	r.n--
	copied := copy(p, r.chunk)
	if at := strings.Index(r.chunk, "###"); at >= 0 {
		n := r.n % 900
		p[at], p[at+1], p[at+2] = byte('1'+n/100), byte('0'+n/10%10), byte('0'+n%10)
	}
	return copied, nil
}

// eventStreamMessage frames a payload as AWS does.
func eventStreamMessage(event, payload string) string {
	var headers strings.Builder
	for _, h := range [][2]string{{":event-type", event}, {":content-type", "application/json"}, {":message-type", "event"}} {
		headers.WriteByte(byte(len(h[0])))
		headers.WriteString(h[0])
		headers.WriteByte(7) // a string
		headers.Write(binary.BigEndian.AppendUint16(nil, uint16(len(h[1]))))
		headers.WriteString(h[1])
	}
	var m []byte
	m = binary.BigEndian.AppendUint32(m, uint32(headers.Len()+len(payload)+16))
	m = binary.BigEndian.AppendUint32(m, uint32(headers.Len()))
	m = binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
	m = append(append(m, headers.String()...), payload...)
	return string(binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m)))
}
