package otelgenai_test

import (
	"context"
	"net/http"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"
)

// replay makes the span and the measurements of a call as the transport made
// them once, with everything known beforehand: what the SDK takes for them,
// anyone who asks.
type replay struct {
	base     http.RoundTripper
	tracer   trace.Tracer
	name     string
	atStart  []trace.SpanStartOption
	atEnd    []attribute.KeyValue
	measures []func(context.Context)
}

// atStart is how many attributes the transport gives a span at its start.
const atStart = 8

func newReplay(b *testing.B, base http.RoundTripper, request []byte) *replay {
	b.Helper()
	s := newSignals()
	newSide("", s.client(0, base).Transport).call(b, request)
	span := s.spans.Ended()[0]
	tp, mp, _ := benchProviders()
	r := &replay{
		base: base, tracer: tp.Tracer("replay"), name: span.Name(),
		atStart: []trace.SpanStartOption{trace.WithSpanKind(span.SpanKind()), trace.WithAttributes(span.Attributes()[:atStart]...)},
		atEnd:   span.Attributes()[atStart:],
	}
	meter := mp.Meter("replay")
	var collected metricdata.ResourceMetrics
	if err := s.reader.Collect(b.Context(), &collected); err != nil {
		b.Fatal(err)
	}
	for _, m := range collected.ScopeMetrics[0].Metrics {
		switch data := m.Data.(type) {
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				h, _ := meter.Float64Histogram(m.Name, metric.WithExplicitBucketBoundaries(p.Bounds...))
				with := []metric.RecordOption{metric.WithAttributeSet(p.Attributes)}
				r.measures = append(r.measures, func(ctx context.Context) { h.Record(ctx, p.Sum, with...) })
			}
		case metricdata.Histogram[int64]:
			for _, p := range data.DataPoints {
				h, _ := meter.Int64Histogram(m.Name, metric.WithExplicitBucketBoundaries(p.Bounds...))
				with := []metric.RecordOption{metric.WithAttributeSet(p.Attributes)}
				r.measures = append(r.measures, func(ctx context.Context) { h.Record(ctx, p.Sum, with...) })
			}
		case metricdata.Sum[int64]:
			for _, p := range data.DataPoints {
				n, _ := meter.Int64Counter(m.Name)
				with := []metric.AddOption{metric.WithAttributeSet(p.Attributes)}
				r.measures = append(r.measures, func(ctx context.Context) { n.Add(ctx, p.Value, with...) })
			}
		default:
			b.Fatalf("%s: no replay for %T", m.Name, data)
		}
	}
	return r
}

func (r *replay) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, span := r.tracer.Start(req.Context(), r.name, r.atStart...)
	resp, err := r.base.RoundTrip(req.WithContext(ctx))
	span.SetAttributes(r.atEnd...)
	for _, measure := range r.measures {
		measure(ctx)
	}
	span.End()
	return resp, err
}
