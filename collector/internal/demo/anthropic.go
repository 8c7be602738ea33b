package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// scope of the spans that anthropicClient starts around its calls. It is outside
// the project's own import path, as a vendor's is: spans of that path are taken
// for the transport's, which never repeat one another.
const scope = "demo.anthropic"

// anthropicClient calls Anthropic's API as that vendor's SDK does: with a span
// of its own around each call, which repeats the usage of the transport's span
// below it. The ledger bills such a call once.
type anthropicClient struct{ endpoint }

type messagesRequest struct {
	Model     string             `json:"model"`
	MaxTokens int                `json:"max_tokens"`
	System    []anthropicBlock   `json:"system"`
	Messages  []anthropicMessage `json:"messages"`
	Stream    bool               `json:"stream,omitempty"`
}

type anthropicMessage struct {
	Role    string           `json:"role"`
	Content []anthropicBlock `json:"content"`
}

// anthropicBlock is a text or a document.
type anthropicBlock struct {
	Type         string           `json:"type"`
	Text         string           `json:"text,omitempty"`
	Source       *anthropicSource `json:"source,omitempty"`
	CacheControl *cacheControl    `json:"cache_control,omitempty"`
}

type anthropicSource struct {
	Type      string `json:"type"`
	MediaType string `json:"media_type"`
	Data      string `json:"data"`
}

func textBlock(text string) anthropicBlock { return anthropicBlock{Type: "text", Text: text} }

func documentBlock(text string) anthropicBlock {
	return anthropicBlock{Type: "document", Source: &anthropicSource{Type: "text", MediaType: "text/plain", Data: text}}
}

type cacheControl struct {
	Type string `json:"type"`
}

// messageAnswer holds what the demo and its span need of a message. The counts of
// a stream arrive in two parts, of which the later ones hold.
type messageAnswer struct {
	ID      string           `json:"id"`
	Model   string           `json:"model"`
	Content []anthropicBlock `json:"content"`
	Usage   messageUsage     `json:"usage"`
}

type messageUsage struct {
	Input      int64 `json:"input_tokens"`
	CacheWrite int64 `json:"cache_creation_input_tokens"`
	CacheRead  int64 `json:"cache_read_input_tokens"`
	Output     int64 `json:"output_tokens"`
}

// messageEvent is one event of a streamed message.
type messageEvent struct {
	Message *messageAnswer `json:"message"` // message_start
	Delta   struct {
		Text string `json:"text"` // content_block_delta
	} `json:"delta"`
	Usage *messageUsage `json:"usage"` // message_delta
}

// message asks for one message and returns its text.
func (c *anthropicClient) message(ctx context.Context, request messagesRequest) (text string, err error) {
	ctx, span := startMessageSpan(ctx, request)
	var answer messageAnswer
	defer func() { endMessageSpan(span, answer, err) }()

	if err := c.call(ctx, "/v1/messages", request, &answer); err != nil {
		return "", err
	}
	for _, block := range answer.Content {
		text += block.Text
	}
	return text, nil
}

// errEnough ends a stream whose reader has gone.
var errEnough = errors.New("the reader has gone")

// streamMessage does as message does, by a stream, of which an impatient reader sees the
// first words only. A stream that breaks off is asked for once more: the vendor bills
// both.
func (c *anthropicClient) streamMessage(ctx context.Context, request messagesRequest, impatient bool) (text string, err error) {
	request.Stream = true
	for attempt := range 2 {
		if text, err = c.stream(ctx, request, impatient, attempt); !errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
	}
	return text, err
}

func (c *anthropicClient) stream(ctx context.Context, request messagesRequest, impatient bool, attempt int) (text string, err error) {
	ctx, span := startMessageSpan(ctx, request)
	var answer messageAnswer
	defer func() { endMessageSpan(span, answer, err) }()

	resp, err := c.post(ctx, "/v1/messages", request, attempt)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	err = readEvents(resp.Body, func(data []byte) error {
		var event messageEvent
		if err := json.Unmarshal(data, &event); err != nil {
			return fmt.Errorf("decode an event: %w", err)
		}
		text += event.Delta.Text
		if event.Message != nil {
			answer = *event.Message
		}
		if event.Usage != nil {
			answer.Usage = *event.Usage
		}
		if impatient && text != "" {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return text, err
}

func startMessageSpan(ctx context.Context, request messagesRequest) (context.Context, trace.Span) {
	attrs := []attribute.KeyValue{
		semconv.OperationName.String("chat"),
		semconv.ProviderName.String("anthropic"),
		semconv.RequestModel.String(request.Model),
		semconv.RequestMaxTokens.Int(request.MaxTokens),
	}
	if request.Stream {
		attrs = append(attrs, semconv.RequestStream.Bool(true))
	}
	return otel.Tracer(scope).Start(ctx, "chat "+request.Model,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
}

func endMessageSpan(span trace.Span, answer messageAnswer, err error) {
	defer span.End()
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
		return
	}
	u := answer.Usage
	span.SetAttributes(
		semconv.ResponseID.String(answer.ID),
		semconv.ResponseModel.String(answer.Model),
		// The conventions count what is read from and written to the cache as input.
		semconv.UsageInputTokens.Int64(u.Input+u.CacheRead+u.CacheWrite),
		semconv.UsageCacheReadInputTokens.Int64(u.CacheRead),
		semconv.UsageCacheWriteInputTokens.Int64(u.CacheWrite),
		semconv.UsageOutputTokens.Int64(u.Output),
	)
}
