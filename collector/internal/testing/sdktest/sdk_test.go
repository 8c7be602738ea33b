package sdktest_test

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, opts fakevendor.Options) *fakevendor.Server {
	t.Helper()
	s, err := fakevendor.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestSDK_ASpanSaysWhatTheVendorServed(t *testing.T) {
	for _, call := range sdkCalls {
		t.Run(call.name, func(t *testing.T) {
			s := serve(t, fakevendor.Options{Seed: 3})
			r := record(t, s)
			ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{
				User: "u-1", Department: "claims", Application: "intake-bot",
			})
			got, err := call.do(ctx, r.client, s)
			require.NoError(t, err)
			require.Len(t, s.Served(), 1)
			served := s.Served()[0]
			require.Equal(t, served.ResponseID, got.id)
			require.Equal(t, served.Usage.Input, got.input)
			require.Equal(t, served.Usage.Output, got.output)

			span := r.span(t)
			require.Equal(t, call.operation+" "+call.model, span.Name())
			require.Equal(t, trace.SpanKindClient, span.SpanKind())
			require.Equal(t, codes.Unset, span.Status().Code)
			a := attributes(span.Attributes())
			want := map[string]any{
				string(semconv.OperationName):    call.operation,
				string(semconv.ProviderName):     call.provider,
				string(semconv.RequestModel):     call.model,
				string(semconv.ResponseModel):    call.served,
				string(semconv.UsageInputTokens): served.Usage.Input,
				string(semconv.HTTPStatusCode):   int64(200),
				string(semconv.VendorRequestID):  served.RequestID,
				string(semconv.UserID):           "u-1",
				string(semconv.Department):       "claims",
				string(semconv.Application):      "intake-bot",
			}
			host, port, err := net.SplitHostPort(hostOf(s, call.provider))
			require.NoError(t, err)
			want[string(semconv.ServerAddress)] = host
			want[string(semconv.ServerPort)], err = strconv.ParseInt(port, 10, 64)
			require.NoError(t, err)
			if served.ResponseID != "" {
				want[string(semconv.ResponseID)] = served.ResponseID
			}
			if call.operation == "chat" {
				want[string(semconv.UsageOutputTokens)] = served.Usage.Output
			}
			if served.Usage.CacheRead > 0 {
				want[string(semconv.UsageCacheReadInputTokens)] = served.Usage.CacheRead
			}
			if w := served.Usage.CacheWrite1h; w > 0 {
				want[string(semconv.UsageCacheWriteInputTokens)] = w
				want[string(semconv.UsageCacheWrite1hTokens)] = w
			}
			if served.Usage.Reasoning > 0 {
				want[string(semconv.UsageReasoningOutputTokens)] = served.Usage.Reasoning
			}
			for key, value := range want {
				assert.Equal(t, value, a[key], key)
			}
			if call.operation == "chat" {
				assert.Len(t, a[string(semconv.ResponseFinishReasons)], 1)
			}
			if call.streamed {
				assert.Equal(t, true, a[string(semconv.RequestStream)])
				first, ok := a[string(semconv.ResponseTimeToFirstChunk)].(float64)
				assert.True(t, ok, "time to first chunk is a number of seconds")
				assert.Positive(t, first)
				assert.LessOrEqual(t, first, span.EndTime().Sub(span.StartTime()).Seconds())
			} else {
				assert.NotContains(t, a, string(semconv.RequestStream))
			}
			for key, value := range a {
				assert.NotContains(t, fmt.Sprint(value), "private question", key)
				assert.NotContains(t, fmt.Sprint(value), "sk-secret", key)
			}
		})
	}
}

func hostOf(s *fakevendor.Server, provider string) string {
	if provider == fakevendor.ProviderAnthropic {
		return s.AnthropicHost()
	}
	return s.OpenAIHost()
}

func TestSDK_OneLogRecordACallWithoutItsContent(t *testing.T) {
	for _, call := range sdkCalls {
		t.Run(call.name, func(t *testing.T) {
			s := serve(t, fakevendor.Options{})
			r := record(t, s)
			ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-1"})
			_, err := call.do(ctx, r.client, s)
			require.NoError(t, err)
			record, a := r.logs.only(t)
			require.Equal(t, r.span(t).SpanContext().TraceID(), record.TraceID())
			require.Equal(t, r.span(t).SpanContext().SpanID(), record.SpanID())
			assert.Equal(t, call.provider, a[string(semconv.ProviderName)])
			assert.Equal(t, call.model, a[string(semconv.RequestModel)])
			assert.Equal(t, s.Served()[0].Usage.Input, a[string(semconv.UsageInputTokens)])
			assert.Equal(t, "u-1", a[string(semconv.UserID)])
			assert.NotContains(t, record.Body().String(), "private question")
			for key, value := range a {
				assert.NotContains(t, fmt.Sprint(value), "private question", key)
			}
		})
	}
}

func TestSDK_MetricsSumToWhatWasServed(t *testing.T) {
	s := serve(t, fakevendor.Options{Seed: 11})
	r := record(t, s)
	for _, call := range sdkCalls {
		_, err := call.do(t.Context(), r.client, s)
		require.NoError(t, err)
	}
	var chat, embeddings fakevendor.Usage
	var inferences, streams float64
	for _, c := range s.Served() {
		if c.Operation == fakevendor.OpenAIEmbeddings {
			embeddings = embeddings.Add(c.Usage)
			continue
		}
		chat = chat.Add(c.Usage)
		inferences++
		if c.Streamed {
			streams++
		}
	}
	assert.InDelta(t, float64(chat.Input), r.sum(t, "gen_ai.client.inference.usage.input_tokens"), 0)
	assert.InDelta(t, float64(chat.Output), r.sum(t, "gen_ai.client.inference.usage.output_tokens"), 0)
	assert.InDelta(t, float64(chat.CacheRead), r.sum(t, "gen_ai.client.inference.usage.cache_read.input_tokens"), 0)
	assert.InDelta(t, float64(chat.CacheWrite()), r.sum(t, "gen_ai.client.inference.usage.cache_write.input_tokens"), 0)
	assert.InDelta(t, float64(chat.Reasoning), r.sum(t, "gen_ai.client.inference.usage.reasoning.output_tokens"), 0)
	assert.InDelta(t, inferences, r.sum(t, "gen_ai.client.inference.duration"), 0)
	assert.InDelta(t, streams, r.sum(t, "gen_ai.client.inference.time_to_first_chunk"), 0)
	assert.InDelta(t, inferences+1, r.sum(t, "gen_ai.client.operation.duration"), 0, "the v1.41 pair counts embeddings too")
	assert.InDelta(t, float64(chat.Input+chat.Output+embeddings.Input), r.sum(t, "gen_ai.client.token.usage"), 0)
}

func TestSDK_ErrorsKeepTheVendorsCode(t *testing.T) {
	for _, call := range sdkCalls {
		for name, faults := range map[string]fakevendor.Faults{
			"rate limited": {RateLimited: 1},
			"server error": {ServerError: 1},
			"overloaded":   {Overloaded: 1},
		} {
			t.Run(call.name+" "+name, func(t *testing.T) {
				s := serve(t, fakevendor.Options{Faults: faults})
				r := record(t, s)
				_, err := call.do(t.Context(), r.client, s)
				require.Error(t, err)
				_, bare := call.do(t.Context(), http.DefaultClient, s)
				http.DefaultClient.CloseIdleConnections()
				require.IsType(t, bare, err, "the SDK sees its own error type")

				served := s.Served()[0]
				span := r.span(t)
				a := attributes(span.Attributes())
				assert.Equal(t, codes.Error, span.Status().Code)
				assert.Equal(t, served.ErrorType, a[string(semconv.ErrorType)])
				assert.Equal(t, int64(served.Status), a[string(semconv.HTTPStatusCode)])
				assert.Equal(t, served.RequestID, a[string(semconv.VendorRequestID)])
				assert.NotContains(t, a, string(semconv.UsageInputTokens))
			})
		}
	}
}

// TestSDK_ItsOwnSpanIsNotBilledBesideOurs: anthropic-sdk-go has telemetry of its own,
// on the global provider. Its span of a call goes around ours and says so.
func TestSDK_ItsOwnSpanIsNotBilledBesideOurs(t *testing.T) {
	s := serve(t, fakevendor.Options{})
	r := record(t, s)
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(r.tracer)
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	for _, call := range sdkCalls {
		if call.provider == fakevendor.ProviderAnthropic {
			_, err := call.do(t.Context(), r.client, s)
			require.NoError(t, err)
		}
	}
	spans := map[trace.SpanID]map[string]any{}
	for _, span := range r.spans.Ended() {
		spans[span.SpanContext().SpanID()] = attributes(span.Attributes())
	}
	require.Len(t, spans, 4, "two calls, seen by the SDK and by the transport")
	for _, span := range r.spans.Ended() {
		if span.InstrumentationScope().Name != otelgenai.ScopeName {
			continue
		}
		outer := spans[span.Parent().SpanID()]
		assert.Equal(t, true, outer[string(semconv.CallInside)])
		assert.NotContains(t, attributes(span.Attributes()), string(semconv.CallInside))
	}
}
