package otelgenai

import (
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/spanledger/spanledger/tracing/semconv"
)

// destinationKey identifies the server and operation of a call.
type destinationKey struct {
	provider, operation, model, host string
	port                             int
}

// destination holds what calls to one model have in common from their start on,
// ready for use.
type destination struct {
	key   destinationKey
	name  string // of the span
	attrs []attribute.KeyValue
}

func newDestination(k destinationKey) *destination {
	d := &destination{key: k, name: spanName(k.operation, k.model)}
	a := attributes{list: make([]attribute.KeyValue, 0, 5)}
	a.add(semconv.OperationName.String(k.operation))
	a.add(semconv.ProviderName.String(k.provider))
	a.add(semconv.ServerAddress.String(k.host))
	a.add(semconv.ServerPort.Int(k.port))
	a.text(semconv.RequestModel, k.model)
	d.attrs = a.list
	return d
}

// spanName is "{operation} {model}", or the operation alone.
func spanName(operation, model string) string {
	if model == "" || operation == semconv.OperationFetchResponse {
		return operation
	}
	return operation + " " + model
}

// seriesKey identifies a series that a transport writes.
type seriesKey struct {
	to       *destination
	answered string // the model that did
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
	s.all = []metric.RecordOption{s.with()}
	s.input = []metric.RecordOption{s.with(semconv.TokenType.String("input"))}
	s.output = []metric.RecordOption{s.with(semconv.TokenType.String("output"))}
	for i, modality := range [...]string{"text", "image", "audio", "unknown"} {
		s.modality[i] = []metric.AddOption{s.with(semconv.TokenModality.String(modality))}
	}
	return s
}

// with is the attributes all metrics of a call have, and others. Who the call
// is for is not among them: the ledger has it.
func (s *series) with(extra ...attribute.KeyValue) metric.MeasurementOption {
	to := s.key.to
	a := attributes{list: make([]attribute.KeyValue, 0, len(to.attrs)+1+len(extra))}
	a.list = append(a.list, to.attrs...)
	a.text(semconv.ResponseModel, s.key.answered)
	a.list = append(a.list, extra...)
	return metric.WithAttributeSet(attribute.NewSet(a.list...))
}

// maxSeries bounds what is kept of destinations, and of series; an application
// calls a handful of models. Beyond it they are made again for each call.
const maxSeries = 512

// seriesCache keeps destinations and series between calls.
type seriesCache struct {
	mu           sync.RWMutex
	destinations map[destinationKey]*destination
	series       map[seriesKey]*series
}

func newSeriesCache() *seriesCache {
	return &seriesCache{destinations: map[destinationKey]*destination{}, series: map[seriesKey]*series{}}
}

func (c *seriesCache) destination(k destinationKey) *destination {
	return cached(&c.mu, c.destinations, k, newDestination)
}

func (c *seriesCache) of(k seriesKey) *series { return cached(&c.mu, c.series, k, newSeries) }

// cached returns the value of k in m, or makes it and stores it if there is room.
func cached[K comparable, V any](mu *sync.RWMutex, m map[K]*V, k K, make func(K) *V) *V {
	mu.RLock()
	v := m[k]
	mu.RUnlock()
	if v != nil {
		return v
	}
	mu.Lock()
	defer mu.Unlock()
	if v := m[k]; v != nil { // made meanwhile
		return v
	}
	v = make(k)
	if len(m) < maxSeries {
		m[k] = v
	}
	return v
}

// destination is where a call goes. The model may be known only once the
// request has been sent.
func (c *call) destination() *destination {
	k := destinationKey{c.provider.Name, c.api.Operation, c.req.Model, c.host, c.port}
	if c.to == nil || c.to.key != k {
		c.to = c.t.tel.series.destination(k)
	}
	return c.to
}

// metricSeries is the series of a call. The model that answers is known after
// the first chunk of a stream.
func (c *call) metricSeries() *series {
	k := seriesKey{c.destination(), c.resp.Model}
	if c.series == nil || c.series.key != k {
		c.series = c.t.tel.series.of(k)
	}
	return c.series
}
