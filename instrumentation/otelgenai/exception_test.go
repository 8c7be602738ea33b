package otelgenai_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
)

// exceptions are the events of failed calls among what was recorded.
func (s *signals) exceptions() []sdklog.Record {
	var out []sdklog.Record
	for _, r := range s.records.records {
		if r.EventName() == "gen_ai.client.operation.exception" {
			out = append(out, r)
		}
	}
	return out
}

// answerOf is a base whose answer breaks off with err after body.
func answerOf(status int, contentType, body string, err error) http.RoundTripper {
	return roundTripper(func(*http.Request) (*http.Response, error) {
		var r io.Reader = strings.NewReader(body)
		if err != nil {
			r = io.MultiReader(r, failing{err})
		}
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(r)}, nil
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestException_AFailedCallEmitsAnException(t *testing.T) {
	const secret = "sk-secret"
	for name, tc := range map[string]struct {
		base          http.RoundTripper
		options       []otelgenai.Option
		dialect       otelgenai.Dialect
		kind, message string
		want          map[string]any
	}{
		"the vendor's code": {
			base:    answerOf(429, "application/json", `{"error":{"message":"key `+secret+` is over its limit","type":"requests","code":"rate_limit_exceeded"}}`, nil),
			kind:    "rate_limit_exceeded",
			message: "HTTP 429 Too Many Requests: rate_limit_exceeded",
			want:    map[string]any{"error.type": "rate_limit_exceeded", "http.response.status_code": int64(429)},
		},
		"a status alone": {
			base:    answerOf(502, "text/html", "<html>"+secret+"</html>", nil),
			kind:    "502",
			message: "HTTP 502 Bad Gateway",
			want:    map[string]any{"error.type": "502", "http.response.status_code": int64(502)},
		},
		"a status nobody has a text for": {
			base:    answerOf(529, "text/plain", "", nil),
			kind:    "529",
			message: "HTTP 529",
			want:    map[string]any{"error.type": "529"},
		},
		"no answer": {
			base: roundTripper(func(*http.Request) (*http.Response, error) {
				return nil, &url.Error{Op: "Post", URL: "https://x/?key=" + secret, Err: errors.New(secret)}
			}),
			kind:    "*url.Error",
			message: "no answer: _OTHER",
			want:    map[string]any{"error.type": "_OTHER"},
		},
		"an answer cut short": {
			base:    answerOf(200, "application/json", chatResponse[:40], io.ErrUnexpectedEOF),
			kind:    "*errors.errorString",
			message: "answer cut short: unexpected_eof",
			want:    map[string]any{"error.type": "unexpected_eof", "http.response.status_code": int64(200), "spanledger.stream.aborted": true},
		},
		"a failure inside a stream keeps the usage": {
			base: answerOf(200, "text/event-stream", "event: message_start\ndata: "+`{"type":"message_start","message":{"id":"m1","model":"claude-sonnet-4-5","usage":{"input_tokens":25,"output_tokens":1}}}`+
				"\n\nevent: error\ndata: "+`{"type":"error","error":{"type":"overloaded_error","message":"`+secret+`"}}`+"\n\n", nil),
			dialect: otelgenai.Anthropic,
			kind:    "overloaded_error",
			message: "failure in the answer: overloaded_error",
			want:    map[string]any{"error.type": "overloaded_error", "gen_ai.response.id": "m1", "gen_ai.usage.input_tokens": int64(25)},
		},
		"a call nobody answers for": {
			base:    answerOf(200, "application/json", chatResponse, nil),
			options: []otelgenai.Option{otelgenai.WithRequiredAttribution(otelgenai.Reject, otelgenai.Team)},
			kind:    "*otelgenai.AttributionError",
			message: "otelgenai: LLM call without team: set it with tracing.WithAttribution on the request's context",
			want:    map[string]any{"error.type": "attribution_missing"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals(tc.options...)
			d, path := otelgenai.OpenAI, "/v1/chat/completions"
			if tc.dialect != 0 {
				d, path = tc.dialect, "/v1/messages"
			}
			ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u-1"})
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1"+path+"?key="+secret, strings.NewReader(chatRequest))
			require.NoError(t, err)
			if resp, err := s.client(d, tc.base).Do(req); err == nil {
				drain(t, resp)
			}

			require.Len(t, s.exceptions(), 1)
			event := s.exceptions()[0]
			assert.Equal(t, log.SeverityWarn, event.Severity())
			assert.Equal(t, s.span(t).SpanContext().SpanID(), event.SpanID())
			assert.Equal(t, s.span(t).SpanContext().TraceID(), event.TraceID())
			attrs := recordAttrs(event)
			assert.Equal(t, tc.kind, attrs["exception.type"])
			assert.Equal(t, tc.message, attrs["exception.message"])
			for key, want := range tc.want {
				assert.Equal(t, want, attrs[key], key)
			}
			delete(attrs, "exception.type")
			delete(attrs, "exception.message")
			assert.Equal(t, s.attrs(t), attrs, "the attributes of the span")
			for key, v := range attrs {
				text, _ := v.(string)
				assert.NotContains(t, text, secret, key)
			}
		})
	}
}

func TestException_ACallThatDidNotFailEmitsNoException(t *testing.T) {
	for name, base := range map[string]http.RoundTripper{
		"a whole answer":              answerOf(200, "application/json", chatResponse, nil),
		"a stream without its end":    answerOf(200, "text/event-stream", chatStream[:200], nil),
		"a stream its caller gave up": answerOf(200, "text/event-stream", chatStream[:200], context.Canceled),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			resp, err := s.client(otelgenai.OpenAI, base).Post("http://127.0.0.1/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
			require.NoError(t, err)
			drain(t, resp)
			assert.Empty(t, s.exceptions())
			assert.Len(t, s.records.records, 1)
		})
	}
}

func TestException_IsNoSecondLineInSlog(t *testing.T) {
	var out bytes.Buffer
	s := newSignals(otelgenai.WithSlog(slog.New(slog.NewTextHandler(&out, nil))))
	_, resp := post(t, context.Background(), s.client(otelgenai.OpenAI, answerOf(500, "text/plain", "", nil)), "http://127.0.0.1/v1/chat/completions", chatRequest)
	assert.Equal(t, 500, resp.StatusCode)
	assert.Len(t, s.exceptions(), 1)
	assert.Equal(t, 1, strings.Count(out.String(), "\n"))
}
