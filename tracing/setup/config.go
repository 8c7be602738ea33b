package setup

import (
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Option changes what [Start] sets up.
type Option interface {
	apply(*config)
}

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

// Protocol is the protocol that carries OTLP.
type Protocol string

// Protocols, spelled as in OTEL_EXPORTER_OTLP_PROTOCOL.
const (
	GRPC Protocol = "grpc"
	HTTP Protocol = "http/protobuf"
)

type config struct {
	endpoint   string
	protocol   Protocol
	headers    map[string]string
	resource   []attribute.KeyValue
	registerer prometheus.Registerer
	processors []sdktrace.SpanProcessor
}

func newConfig(opts []Option) config {
	var c config
	for _, o := range opts {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// WithEndpoint sets the URL of the collector, such as http://localhost:4317. Use
// https for TLS. With the HTTP protocol, the paths /v1/traces, /v1/metrics and
// /v1/logs are appended. Default: OTEL_EXPORTER_OTLP_ENDPOINT, or else
// http://localhost:4317. Empty is ignored.
func WithEndpoint(url string) Option {
	return optionFunc(func(c *config) {
		if url != "" {
			c.endpoint = url
		}
	})
}

// WithProtocol sets the protocol that carries OTLP. Default:
// OTEL_EXPORTER_OTLP_PROTOCOL, or else HTTP for an endpoint on port 4318 and gRPC for
// other ports. Empty is ignored.
func WithProtocol(p Protocol) Option {
	return optionFunc(func(c *config) {
		if p != "" {
			c.protocol = p
		}
	})
}

// WithHeaders adds headers to every export, for example a bearer token.
// Default: OTEL_EXPORTER_OTLP_HEADERS.
func WithHeaders(h map[string]string) Option {
	return optionFunc(func(c *config) {
		if len(h) > 0 {
			c.headers = h
		}
	})
}

// WithServiceName sets service.name. It is also the application of calls whose
// attribution names none. Default: OTEL_SERVICE_NAME, or else
// unknown_service:<executable>. Empty is ignored.
func WithServiceName(name string) Option {
	return optionFunc(func(c *config) {
		if name != "" {
			c.resource = append(c.resource, attribute.String("service.name", name))
		}
	})
}

// WithEnvironment sets deployment.environment.name, such as production.
// Default: not set. Empty is ignored.
func WithEnvironment(name string) Option {
	return optionFunc(func(c *config) {
		if name != "" {
			c.resource = append(c.resource, attribute.String("deployment.environment.name", name))
		}
	})
}

// WithResourceAttributes adds attributes to the resource. Detected attributes of the
// host, the container and the process are always added.
func WithResourceAttributes(attrs ...attribute.KeyValue) Option {
	return optionFunc(func(c *config) { c.resource = append(c.resource, attrs...) })
}

// WithPrometheus exports metrics to the registry instead of over OTLP. The application
// serves the registry, for example with promhttp, and Prometheus scrapes it. Default:
// metrics are sent over OTLP. Nil is ignored.
func WithPrometheus(r prometheus.Registerer) Option {
	return optionFunc(func(c *config) {
		if r != nil {
			c.registerer = r
		}
	})
}

// WithSpanProcessor adds a span processor in addition to the exporter's. Default:
// none. Nil is ignored.
func WithSpanProcessor(p sdktrace.SpanProcessor) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.processors = append(c.processors, p)
		}
	})
}
