package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/spanledger/spanledger/collector/internal/demo"
	"github.com/spanledger/spanledger/collector/internal/fakevendor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func run(t *testing.T, ctx context.Context, vendorOptions fakevendor.Options, opts demo.Options) ([]demo.Briefing, []fakevendor.Served) {
	t.Helper()
	vendor, err := fakevendor.Start(context.Background(), vendorOptions)
	require.NoError(t, err)
	opts.OpenAIURL, opts.AnthropicURL = vendor.OpenAIURL(), vendor.AnthropicURL()
	briefings, err := demo.Run(ctx, opts)
	require.NoError(t, err)
	require.NoError(t, vendor.Close())
	return briefings, vendor.Served()
}

func TestDemo_BriefingsUseEveryEndpointOfBothVendors(t *testing.T) {
	var last demo.Progress
	briefings, served := run(t, t.Context(), fakevendor.Options{Seed: 1}, demo.Options{
		Limit: 3, Workers: 1, Seed: 1, Progress: func(p demo.Progress) { last = p },
	})
	require.Len(t, briefings, 3)
	for _, b := range briefings {
		assert.NoError(t, b.Err)
		assert.NotEmpty(t, b.Application)
	}
	assert.Equal(t, int64(3), last.Briefings)
	operations := map[fakevendor.Operation]bool{}
	streamed, toolCalls := 0, 0
	for _, call := range served {
		operations[call.Operation] = true
		toolCalls += call.ToolCalls
		if call.Streamed {
			streamed++
		}
	}
	assert.Len(t, operations, 4)
	assert.Positive(t, streamed)
	assert.Positive(t, toolCalls)
}

func TestDemo_TheSeedDecidesWhoAsksWhat(t *testing.T) {
	who := func(seed uint64) []string {
		briefings, _ := run(t, t.Context(), fakevendor.Options{Seed: seed}, demo.Options{Limit: 8, Workers: 3, Seed: seed})
		var names []string
		for _, b := range briefings {
			names = append(names, b.Application+"/"+b.User)
		}
		slices.Sort(names)
		return names
	}
	first := who(1)
	assert.Equal(t, first, who(1))
	assert.NotEqual(t, first, who(2))
}

func TestDemo_VendorsThatAreDownFailTheBriefingAfterRetries(t *testing.T) {
	options, err := demo.VendorOptions(demo.FaultDown, 1)
	require.NoError(t, err)
	options.Latency = fakevendor.DurationRange{}
	briefings, served := run(t, t.Context(), options, demo.Options{Limit: 1, Workers: 1, Seed: 1})
	require.Len(t, briefings, 1)
	assert.Error(t, briefings[0].Err)
	assert.Len(t, served, 3, "one call and the two retries")
}

func TestDemo_TheEndOfTheContextBreaksBriefingsOff(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	options, err := demo.VendorOptions(demo.FaultSlow, 1)
	require.NoError(t, err)
	briefings, _ := run(t, ctx, options, demo.Options{Workers: 2, Seed: 1})
	require.NotEmpty(t, briefings)
	for _, b := range briefings {
		assert.Error(t, b.Err)
	}
}

func TestDemo_FaultsAreNamed(t *testing.T) {
	for _, fault := range append(slices.Clone(demo.Faults), "") {
		_, err := demo.VendorOptions(fault, 1)
		assert.NoError(t, err)
	}
	_, err := demo.VendorOptions("fire", 1)
	assert.EqualError(t, err, `unknown fault "fire": use one of errors, slow, expensive, down`)
}

func TestMessages_AreInASpanThatRepeatsTheUsageOfTheTransports(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	previous := otel.GetTracerProvider()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(previous) })

	run(t, t.Context(), fakevendor.Options{Seed: 1}, demo.Options{Limit: 1, Workers: 1, Seed: 1})

	usage := func(span sdktrace.ReadOnlySpan) map[attribute.Key]int64 {
		counts := map[attribute.Key]int64{}
		for _, kv := range span.Attributes() {
			if strings.HasPrefix(string(kv.Key), "gen_ai.usage.") && kv.Value.AsInt64() > 0 {
				counts[kv.Key] = kv.Value.AsInt64()
			}
		}
		return counts
	}
	below := map[trace.SpanID]sdktrace.ReadOnlySpan{}
	for _, span := range spans.Ended() {
		below[span.Parent().SpanID()] = span
	}
	wrappers := 0
	for _, span := range spans.Ended() {
		if span.InstrumentationScope().Name != "demo.anthropic" {
			continue
		}
		wrappers++
		inner, ok := below[span.SpanContext().SpanID()]
		if assert.True(t, ok, "no span of the transport in %s", span.Name()) {
			assert.NotEmpty(t, usage(span))
			for key, count := range usage(span) {
				assert.Equal(t, usage(inner)[key], count, "%s of %s", key, span.Name())
			}
		}
	}
	assert.Equal(t, 2, wrappers, "the plan and the draft")
}

func TestWarehouse_IsAskedInTheTraceOfTheAgents(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	previous, carried := otel.GetTracerProvider(), otel.GetTextMapPropagator()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	t.Cleanup(func() { otel.SetTracerProvider(previous); otel.SetTextMapPropagator(carried) })

	run(t, t.Context(), fakevendor.Options{Seed: 1}, demo.Options{Limit: 3, Workers: 1, Seed: 1})

	byID := map[trace.SpanID]sdktrace.ReadOnlySpan{}
	for _, span := range spans.Ended() {
		byID[span.SpanContext().SpanID()] = span
	}
	asked := 0
	for _, span := range spans.Ended() {
		if span.SpanKind() != trace.SpanKindServer {
			continue
		}
		asked++
		client := byID[span.Parent().SpanID()]
		if assert.NotNil(t, client, "%s has no parent", span.Name()) {
			assert.Equal(t, "execute_tool query_warehouse", byID[client.Parent().SpanID()].Name())
		}
	}
	assert.Positive(t, asked)
}
