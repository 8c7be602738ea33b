package otelgenai

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

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
		series:       &seriesCache{m: map[seriesKey]*series{}},
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
		panics:       m.count("spanledger.instrumentation.panics", "{panic}", "Panics of decoders, recovered; the call goes on."),
	}
	if legacy {
		out.tokenUsage = m.tokens("gen_ai.client.token.usage", "Input and output tokens of a call.")
	}
	return out
}

func (m *meters) decodePanic() { m.panics.Add(context.Background(), 1) }

// chunkGap records the time between two chunks of output.
func (m *meters) chunkGap(c *call, gap time.Duration) {
	if m.perChunk.Enabled(c.spot) { // a view that drops it halves the cost of a chunk
		m.perChunk.Record(c.spot, gap.Seconds(), c.metricSeries().all...)
	}
}

// measure records the metrics of a finished call.
func (m *meters) measure(c *call, duration time.Duration) {
	ctx := c.spot
	s := c.metricSeries()
	seconds := duration.Seconds()
	timed := s.all
	if c.errorType != "" {
		timed = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(append(s.attrs(), semconv.ErrorType.String(c.errorType))...))}
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
	ctx, u := c.spot, &c.resp.Usage
	if isInference(c.api.Operation) && !u.Estimated {
		if u.Input.Set && u.Input.Value >= 0 {
			m.inputPerCall.Record(ctx, u.Input.Value, s.all...)
			m.split(ctx, m.input, s, u.Input.Value, u.TextInput, u.ImageInput, u.AudioInput)
		}
		if u.Output.Set && u.Output.Value >= 0 {
			m.outPerCall.Record(ctx, u.Output.Value, s.all...)
			m.split(ctx, m.output, s, u.Output.Value, u.TextOutput, u.ImageOutput, u.AudioOutput)
		}
		m.split(ctx, m.cacheRead, s, u.CacheRead, u.TextCacheRead, u.ImageCacheRead, u.AudioCacheRead)
		m.split(ctx, m.cacheWrite, s, u.CacheWrite, 0, 0, 0)
		m.split(ctx, m.reasoning, s, u.Reasoning, 0, 0, 0)
	}
	if m.legacy && c.api.Operation != semconv.OperationFetchResponse && !u.Estimated {
		if u.Input.Set && u.Input.Value >= 0 {
			m.tokenUsage.Record(ctx, u.Input.Value, s.input...)
		}
		if u.Output.Set && u.Output.Value >= 0 && c.api.Operation != semconv.OperationEmbeddings {
			m.tokenUsage.Record(ctx, u.Output.Value, s.output...)
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

// seriesKey tells apart the series a transport writes.
type seriesKey struct {
	provider, operation, requestModel, responseModel, host string
	port                                                   int
}

// series holds the attributes of one series, ready for use.
type series struct {
	key      seriesKey
	all      []metric.RecordOption
	input    []metric.RecordOption // v1.41: gen_ai.token.type
	output   []metric.RecordOption // v1.41: gen_ai.token.type
	modality [4][]metric.AddOption // text, image, audio, unknown
}

func newSeries(k seriesKey) *series {
	s := &series{key: k}
	with := func(extra ...attribute.KeyValue) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(append(s.attrs(), extra...)...))
	}
	s.all = []metric.RecordOption{with()}
	s.input = []metric.RecordOption{with(semconv.TokenType.String("input"))}
	s.output = []metric.RecordOption{with(semconv.TokenType.String("output"))}
	for i, modality := range [...]string{"text", "image", "audio", "unknown"} {
		s.modality[i] = []metric.AddOption{with(semconv.TokenModality.String(modality))}
	}
	return s
}

// attrs are those all metrics of a call have. Who the call is for is not among
// them: that is what the ledger is for.
func (s *series) attrs() []attribute.KeyValue {
	k := &s.key
	a := attributes{list: make([]attribute.KeyValue, 0, 8)}
	a.add(semconv.OperationName.String(k.operation))
	a.add(semconv.ProviderName.String(k.provider))
	a.text(semconv.RequestModel, k.requestModel)
	a.text(semconv.ResponseModel, k.responseModel)
	a.text(semconv.ServerAddress, k.host)
	a.add(semconv.ServerPort.Int(k.port))
	return a.list
}

// maxSeries bounds what is kept of series; an application calls a handful of
// models. Beyond it series are made anew for each call.
const maxSeries = 512

// seriesCache keeps series between calls.
type seriesCache struct {
	mu sync.RWMutex
	m  map[seriesKey]*series
}

func (c *seriesCache) get(k seriesKey) *series {
	c.mu.RLock()
	s := c.m[k]
	c.mu.RUnlock()
	if s != nil {
		return s
	}
	s = newSeries(k)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) < maxSeries {
		c.m[k] = s
	}
	return s
}

// metricSeries is the series of a call. The model that answers is known after
// the first chunk of a stream.
func (c *call) metricSeries() *series {
	k := seriesKey{c.provider.Name, c.api.Operation, c.req.Model, c.resp.Model, c.host, c.port}
	if c.series == nil || c.series.key != k {
		c.series = c.t.tel.series.get(k)
	}
	return c.series
}
