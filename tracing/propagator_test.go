package tracing_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/instrument"
)

func TestPropagator_CarriesTraceAndAttribution(t *testing.T) {
	r := newRecorder(t)
	who := tracing.Attribution{User: "ünïcode, user; =%", Department: "claims", Application: "intake-bot", Team: "blue",
		CostCenter: "cc-9", Tags: map[string]string{"tenant": "acme, inc."}}
	ctx := tracing.WithAttribution(t.Context(), who)
	ctx = tracing.WithConversation(ctx, "conv-1")
	ctx, workflow := tracing.StartWorkflow(ctx, "intake", r.tracers, r.meters)
	header := propagation.HeaderCarrier(http.Header{})
	tracing.Propagator().Inject(ctx, header)

	got := tracing.Propagator().Extract(t.Context(), header)
	require.Equal(t, who, tracing.AttributionFrom(got))
	require.Equal(t, instrument.ContextAttributes(ctx), instrument.ContextAttributes(got))
	sc := trace.SpanContextFromContext(got)
	require.True(t, sc.IsRemote())
	require.Equal(t, workflow.SpanContext().TraceID(), sc.TraceID())
	require.Equal(t, workflow.SpanContext().SpanID(), sc.SpanID())

	_, agent := tracing.StartAgent(got, "elsewhere", r.tracers, r.meters)
	agent.End(nil)
	require.Equal(t, workflow.SpanContext().SpanID(), r.span("invoke_agent elsewhere").Parent().SpanID())
}

func TestPropagator_AgentAndStepOfTheCallerStayWithTheCaller(t *testing.T) {
	r := newRecorder(t)
	ctx, _ := tracing.StartAgent(t.Context(), "triage", r.tracers, r.meters)
	ctx, _ = tracing.StartStep(ctx, "look up")
	header := propagation.HeaderCarrier(http.Header{})
	tracing.Propagator().Inject(ctx, header)
	require.Empty(t, instrument.ContextAttributes(tracing.Propagator().Extract(t.Context(), header)))
}

func TestPropagator_ReceiverKeepsWhatItKnowsItself(t *testing.T) {
	header := propagation.HeaderCarrier(http.Header{})
	tracing.Propagator().Inject(tracing.WithAttribution(t.Context(), tracing.Attribution{
		User: "u-1", Application: "caller", Tags: map[string]string{"plan": "free", "tenant": "acme"}}), header)
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{
		Application: "callee", Tags: map[string]string{"plan": "paid"}})
	require.Equal(t, tracing.Attribution{User: "u-1", Application: "callee",
		Tags: map[string]string{"plan": "paid", "tenant": "acme"}}, tracing.AttributionFrom(tracing.Propagator().Extract(ctx, header)))
}

func TestPropagator_OtherBaggageIsKept(t *testing.T) {
	m, err := baggage.NewMemberRaw("region", "eu")
	require.NoError(t, err)
	b, err := baggage.New(m)
	require.NoError(t, err)
	ctx := baggage.ContextWithBaggage(tracing.WithAttribution(t.Context(), tracing.Attribution{User: "u-1"}), b)
	header := propagation.HeaderCarrier(http.Header{})
	tracing.Propagator().Inject(ctx, header)
	got := tracing.Propagator().Extract(t.Context(), header)
	require.Equal(t, "eu", baggage.FromContext(got).Member("region").Value())
	require.Len(t, baggage.FromContext(ctx).Members(), 1, "the sender's baggage is unchanged")
}

func TestPropagator_AttributionThatBaggageCannotHoldIsLeftOut(t *testing.T) {
	ctx := tracing.WithAttribution(t.Context(), tracing.Attribution{
		User: "u-1", Tags: map[string]string{"has space": "x", "huge": strings.Repeat("x", 10000), "ok": "y"}})
	header := propagation.HeaderCarrier(http.Header{})
	tracing.Propagator().Inject(ctx, header)
	got := tracing.AttributionFrom(tracing.Propagator().Extract(t.Context(), header))
	require.Equal(t, "u-1", got.User)
	require.Equal(t, map[string]string{"ok": "y"}, got.Tags)
}

func TestPropagator_NothingIsWrittenOfAnEmptyContext(t *testing.T) {
	header := propagation.HeaderCarrier(http.Header{})
	tracing.Propagator().Inject(t.Context(), header)
	require.Empty(t, http.Header(header))
}

func FuzzExtract(f *testing.F) {
	f.Add("user.id=u-1,spanledger.tag.tenant=acme", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	f.Add("user.id=%ff%00,spanledger.tag.=x,=,;;", "00-0-0")
	f.Fuzz(func(t *testing.T, b, parent string) {
		header := propagation.HeaderCarrier(http.Header{"Baggage": {b}, "Traceparent": {parent}})
		ctx := tracing.Propagator().Extract(t.Context(), header)
		again := propagation.HeaderCarrier(http.Header{})
		tracing.Propagator().Inject(ctx, again)
		require.Equal(t, tracing.AttributionFrom(ctx), tracing.AttributionFrom(tracing.Propagator().Extract(t.Context(), again)))
	})
}
