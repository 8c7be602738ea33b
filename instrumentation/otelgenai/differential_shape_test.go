package otelgenai_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// shape is one case: a request, its answer and its caller.
type shape struct {
	Seed    uint64
	H2      bool
	Repeats int // requests over the same client

	// The request.
	Path        string
	ContentType string
	Size        int
	Body        string // how the body is read
	GetBody     string // what GetBody does
	Length      string // known, unknown, short

	// What is between the transport and the server.
	Base string

	// The answer.
	Status   int
	Answer   string // kind of body
	Type     string // its Content-Type
	Chunks   int
	Encoding string
	Ending   string // whole, cut, hangs
	Known    bool   // it has a Content-Length
	Trailer  bool

	// The caller.
	Reads   string
	Cancels string
	drops   bool

	opts []string
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func drawCase(seed uint64) shape {
	r := rand.New(rand.NewPCG(seed, 7))
	c := shape{
		Seed: seed, H2: r.IntN(3) == 0, Repeats: 1 + r.IntN(3),
		Path:        pick(r, "/v1/chat/completions", "/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/audio/transcriptions", "/v1/models"),
		ContentType: pick(r, "application/json", "application/json", "Application/JSON; charset=utf-8", "form", "text/plain", ""),
		Size:        pick(r, 0, 10, 300, 4096, 64<<10-1, 64<<10, 64<<10+1, 200_000, r.IntN(20_000)),
		Body:        pick(r, "bytes.Reader", "strings.Reader", "bytes.Buffer", "reader", "one byte", "end with data", "file", "pipe", "fails", "nopcloser", "nil"),
		GetBody:     pick(r, "none", "default", "copy", "rewind", "fails", "nil"),
		Length:      pick(r, "known", "known", "unknown"),
		Base:        pick(r, "plain", "plain", "plain", "again", "reads copy", "nil", "error", "no body", "empty body"),
		Status:      pick(r, 200, 200, 200, 200, 429, 500, 204, 307, 308, 302, 304),
		Answer:      pick(r, "json", "json", "stream", "stream", "garbage", "empty", "error"),
		Type:        pick(r, "", "", "", "application/json", "text/event-stream", "text/plain", "Text/Event-Stream", "application/x-ndjson", "none"),
		Chunks:      1 + r.IntN(6),
		Encoding:    pick(r, "", "", "", "gzip", "br", "asked"),
		Ending:      pick(r, "whole", "whole", "whole", "cut", "hangs"),
		Known:       r.IntN(2) == 0,
		Trailer:     r.IntN(8) == 0,
		Reads:       pick(r, "all", "all", "small", "copy", "part", "none", "twice", "after close", "drop"),
		Cancels:     pick(r, "no", "no", "no", "before", "after head", "after part", "with cause"),
	}
	for _, o := range []string{"content", "hash", "guard", "asking guard", "estimate", "attribution"} {
		if r.IntN(4) == 0 {
			c.opts = append(c.opts, o)
		}
	}
	if c.Ending == "hangs" && c.Cancels != "after head" && c.Cancels != "after part" && c.Cancels != "with cause" {
		c.Ending = "whole" // someone has to end it
	}
	if c.Ending != "hangs" && (c.Cancels == "after head" || c.Cancels == "after part" || c.Cancels == "with cause") {
		c.Ending = "hangs" // what is read after a cancellation is chance otherwise
	}
	if c.Ending == "hangs" {
		c.Known, c.Status = false, 200
		if c.Reads != "small" {
			c.Reads = "all"
		}
	}
	if c.Body == "fails" || c.Body == "nil" {
		c.GetBody = "none"
	}
	if c.GetBody == "default" && c.Body != "bytes.Reader" && c.Body != "strings.Reader" && c.Body != "bytes.Buffer" {
		c.GetBody = "none"
	}
	if c.Base == "again" && (c.GetBody == "none" || c.GetBody == "fails" || c.GetBody == "nil") {
		c.Base = "plain"
	}
	if c.GetBody == "rewind" && c.Size > 32<<10 && (c.Status == 307 || c.Status == 308) {
		// net/http may still be reading the first body while it rewinds it for the
		// second: which of the sends fails is chance with the bare transport, too.
		c.Status = 200
	}
	if c.H2 && c.Reads == "drop" {
		c.Reads = "none"
	}
	c.drops = c.Reads == "drop"
	return c
}

func (c shape) options() []otelgenai.Option {
	known := map[string]otelgenai.Option{
		"content": otelgenai.WithContentCapture(otelgenai.SpanOnly),
		"hash":    otelgenai.WithPromptHash(nil),
		"guard": otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) {
			return nil, nil
		}),
		"asking guard": otelgenai.WithGuard(func(_ context.Context, i otelgenai.PendingCall) ([]attribute.KeyValue, error) {
			_ = i.RequestModel()
			return nil, nil
		}),
		"estimate":    otelgenai.WithEstimator(otelgenai.EstimateByLength),
		"attribution": otelgenai.WithRequiredAttribution(otelgenai.Label, otelgenai.User, otelgenai.Team),
	}
	var out []otelgenai.Option
	for _, o := range c.opts {
		out = append(out, known[o])
	}
	return out
}

// payload returns what the request's body has in it.
func (c shape) payload() (body []byte, contentType string) {
	r := rand.New(rand.NewPCG(c.Seed, 11))
	if c.ContentType == "form" {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.SetBoundary("boundary" + strconv.FormatUint(c.Seed, 10))
		f, _ := w.CreateFormFile("file", "a.mp3")
		_, _ = f.Write(bytes.Repeat([]byte{0, '\r', '\n', '-'}, c.Size/4))
		_ = w.WriteField("model", "whisper-1")
		_ = w.Close()
		return b.Bytes(), w.FormDataContentType()
	}
	model := fmt.Sprintf(`"model":%s`, pick(r, `"gpt-4o"`, `null`, `7`, `"a\"b"`))
	text := fmt.Sprintf(`"messages":[{"role":"user","content":%q}]`, strings.Repeat(pick(r, "x", "é\n", `\`), c.Size/2))
	stream := fmt.Sprintf(`"stream":%v`, c.Answer == "stream")
	parts := []string{model, text, stream}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	body = []byte("{" + strings.Join(parts, ",") + "}")
	if r.IntN(10) == 0 {
		body = body[:r.IntN(len(body))]
	}
	if c.Size == 0 {
		body = nil
	}
	return body, c.ContentType
}

// answer is the body that the server sends.
func (c shape) answer() (body []byte, contentType string) {
	switch c.Answer {
	case "json":
		body, contentType = []byte(chatResponse), "application/json"
	case "stream":
		body, contentType = []byte(chatStream), "text/event-stream"
	case "garbage":
		body, contentType = []byte("{\"a\":[\x00\xff"), "application/json"
	case "error":
		body, contentType = []byte(`{"error":{"code":"rate_limit_exceeded","message":"m"}}`), "application/json"
	default:
		contentType = "application/json"
	}
	if c.Type != "" {
		contentType = c.Type
	}
	return body, contentType
}
