package otelgenai

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Bucket boundaries of the GenAI conventions, in seconds and tokens.
var (
	durationBuckets = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	tokenBuckets    = []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
)

// meters are the instruments of a transport.
type meters struct {
	duration     metric.Float64Histogram // inference
	firstChunk   metric.Float64Histogram
	perChunk     metric.Float64Histogram
	input        metric.Int64Counter
	output       metric.Int64Counter
	cacheRead    metric.Int64Counter
	cacheWrite   metric.Int64Counter
	reasoning    metric.Int64Counter
	inputPerCall metric.Int64Histogram
	outPerCall   metric.Int64Histogram
	operation    metric.Float64Histogram // other operations; v1.41: all
	tokenUsage   metric.Int64Histogram   // v1.41
	panics       metric.Int64Counter

	legacy bool
	series *seriesCache
}

// maker makes instruments and hands the first failure of each to the OTel
// error handler; what it returns works as a no-op then.
type maker struct{ metric.Meter }

func (m maker) seconds(name, about string) metric.Float64Histogram {
	h, err := m.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(about),
		metric.WithExplicitBucketBoundaries(durationBuckets...))
	handle(err)
	return h
}

func (m maker) tokens(name, about string) metric.Int64Histogram {
	h, err := m.Int64Histogram(name, metric.WithUnit("{token}"), metric.WithDescription(about),
		metric.WithExplicitBucketBoundaries(tokenBuckets...))
	handle(err)
	return h
}

func (m maker) count(name, unit, about string) metric.Int64Counter {
	n, err := m.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(about))
	handle(err)
	return n
}

func handle(err error) {
	if err != nil {
		otel.Handle(err)
	}
}

func newMeters(meter metric.Meter, legacy bool) meters {
	const inference = "gen_ai.client.inference."
	m := maker{meter}
	out := meters{
		legacy:       legacy,
		series:       newSeriesCache(),
		duration:     m.seconds(inference+"duration", "Duration of inference calls."),
		firstChunk:   m.seconds(inference+"time_to_first_chunk", "Time from the request to the first chunk of a stream."),
		perChunk:     m.seconds(inference+"time_per_output_chunk", "Time between the chunks of a stream."),
		input:        m.count(inference+"usage.input_tokens", "{token}", "Input tokens, cached ones included."),
		output:       m.count(inference+"usage.output_tokens", "{token}", "Output tokens, reasoning included."),
		cacheRead:    m.count(inference+"usage.cache_read.input_tokens", "{token}", "Input tokens read from a cache."),
		cacheWrite:   m.count(inference+"usage.cache_write.input_tokens", "{token}", "Input tokens written to a cache."),
		reasoning:    m.count(inference+"usage.reasoning.output_tokens", "{token}", "Output tokens spent on reasoning."),
		inputPerCall: m.tokens(inference+"operation.input_tokens", "Input tokens of a call."),
		outPerCall:   m.tokens(inference+"operation.output_tokens", "Output tokens of a call."),
		operation:    m.seconds("gen_ai.client.operation.duration", "Duration of GenAI operations."),
		panics:       m.count("spanledger.instrumentation.panics", "{panic}", "Panics of decoders, recovered; the call continues."),
	}
	if legacy {
		out.tokenUsage = m.tokens("gen_ai.client.token.usage", "Input and output tokens of a call.")
	}
	return out
}

func (m *meters) decodePanic() { m.panics.Add(context.Background(), 1) }

// chunkGap records the time between two chunks of output.
func (m *meters) chunkGap(c *call, gap time.Duration) {
	if m.perChunk.Enabled(c.recordCtx) { // a view that drops it halves the cost of a chunk
		m.perChunk.Record(c.recordCtx, gap.Seconds(), c.metricSeries().all...)
	}
}

// measure records the metrics of a finished call.
func (m *meters) measure(c *call, duration time.Duration) {
	ctx := c.recordCtx
	s := c.metricSeries()
	seconds := duration.Seconds()
	timed := s.all
	if c.errorType != "" {
		timed = []metric.RecordOption{s.with(semconv.ErrorType.String(c.errorType))}
	}
	inference := isInference(c.api.Operation)
	if inference {
		m.duration.Record(ctx, seconds, timed...)
		if c.firstChunk > 0 {
			m.firstChunk.Record(ctx, c.firstChunk.Seconds(), s.all...)
		}
	}
	if m.legacy || !inference {
		m.operation.Record(ctx, seconds, timed...)
	}
	m.tokens(c, s)
}

// tokens records what a call used.
func (m *meters) tokens(c *call, s *series) {
	ctx, u := c.recordCtx, &c.resp.Usage
	n := &u.Counts
	if isInference(c.api.Operation) && !u.Estimated {
		if u.Has(usage.Input) && n[usage.Input] >= 0 {
			m.inputPerCall.Record(ctx, n[usage.Input], s.all...)
			m.split(ctx, m.input, s, n[usage.Input], n[usage.TextInput], n[usage.ImageInput], n[usage.AudioInput])
		}
		if u.Has(usage.Output) && n[usage.Output] >= 0 {
			m.outPerCall.Record(ctx, n[usage.Output], s.all...)
			m.split(ctx, m.output, s, n[usage.Output], n[usage.TextOutput], n[usage.ImageOutput], n[usage.AudioOutput])
		}
		m.split(ctx, m.cacheRead, s, n[usage.CacheRead], n[usage.TextCacheRead], n[usage.ImageCacheRead], n[usage.AudioCacheRead])
		m.split(ctx, m.cacheWrite, s, n[usage.CacheWrite], 0, 0, 0)
		m.split(ctx, m.reasoning, s, n[usage.Reasoning], 0, 0, 0)
	}
	if m.legacy && c.api.Operation != semconv.OperationFetchResponse && !u.Estimated {
		if u.Has(usage.Input) && n[usage.Input] >= 0 {
			m.tokenUsage.Record(ctx, n[usage.Input], s.input...)
		}
		if u.Has(usage.Output) && n[usage.Output] >= 0 && c.api.Operation != semconv.OperationEmbeddings {
			m.tokenUsage.Record(ctx, n[usage.Output], s.output...)
		}
	}
}

// split adds tokens by modality; what the vendor does not break down is
// unknown, never guessed.
func (m *meters) split(ctx context.Context, n metric.Int64Counter, s *series, total, text, image, audio int64) {
	for i, v := range [...]int64{text, image, audio, total - text - image - audio} {
		if v > 0 {
			n.Add(ctx, v, s.modality[i]...)
		}
	}
}
