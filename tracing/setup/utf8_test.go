package setup_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/setup"
)

func TestSetup_TextThatIsNotUTF8DoesNotLoseItsBatch(t *testing.T) {
	restoreGlobals(t)
	r, url := grpcReceiver(t)
	shutdown, err := setup.Start(t.Context(), setup.WithEndpoint(url))
	require.NoError(t, err)
	emit(t.Context())
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u\xff", Tags: map[string]string{"k\xff": "v\xff"}})
	ctx = tracing.WithConversation(ctx, "c\xff")
	ctx, agent := tracing.StartAgent(ctx, "a\xff", tracing.WithLinks(trace.Link{
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}}),
		Attributes:  []attribute.KeyValue{attribute.String("link", "l\xff")},
	}))
	agent.SetAttributes(attribute.String("own\xff", "x\xff"), attribute.StringSlice("list", []string{"ok", "y\xff"}))
	agent.AddEvent("e\xff", attribute.String("z", "z\xff"))
	_, step := tracing.StartStep(ctx, "s\xff")
	step.End(errors.New("bad bytes \xff"))
	agent.End(nil)
	var record log.Record
	record.SetBody(attribute.StringValue("b\xff"))
	record.AddAttributes(attribute.String("log\xff", "w\xff"), attribute.KeyValue{Key: "deep", Value: attribute.SliceValue(
		attribute.MapValue(attribute.String("m", "m\xff")))})
	otel.Logger("test").Emit(ctx, record)

	require.NoError(t, shutdown(t.Context()))
	require.Len(t, r.spans, 3)
	require.Len(t, r.logs, 2)
	all := strings.Join(r.text, "\n")
	for _, want := range []string{"u", "v", "c", "a", "x", "y", "z", "l", "w", "m", "b", "s", "bad bytes "} {
		require.Contains(t, all, want+"\uFFFD")
	}
}
