package setup

import (
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Option changes what [Start] wires.
type Option interface {
	apply(*config)
}

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

// Protocol is how OTLP travels.
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

// WithEndpoint sets the URL of the collector, such as http://localhost:4317;
// http is plain text, https is TLS. For the HTTP protocol the paths /v1/traces,
// /v1/metrics and /v1/logs are added. Default: OTEL_EXPORTER_OTLP_ENDPOINT,
// else http://localhost:4317. Empty is ignored.
func WithEndpoint(url string) Option {
	return optionFunc(func(c *config) {
		if url != "" {
			c.endpoint = url
		}
	})
}

// WithProtocol sets how OTLP travels. Default: OTEL_EXPORTER_OTLP_PROTOCOL,
// else HTTP for an endpoint on port 4318 and gRPC for any other. Empty is
// ignored.
func WithProtocol(p Protocol) Option {
	return optionFunc(func(c *config) {
		if p != "" {
			c.protocol = p
		}
	})
}

// WithHeaders adds headers to every export, a bearer token for instance.
// Default: OTEL_EXPORTER_OTLP_HEADERS.
func WithHeaders(h map[string]string) Option {
	return optionFunc(func(c *config) {
		if len(h) > 0 {
			c.headers = h
		}
	})
}

// WithServiceName sets service.name, which also replaces the application
// in attribution. Default: OTEL_SERVICE_NAME, else unknown_service:<executable>.
// Empty is ignored.
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

// WithResourceAttributes adds attributes to the resource. Default: what
// detectors find of the host, container and process.
func WithResourceAttributes(attrs ...attribute.KeyValue) Option {
	return optionFunc(func(c *config) { c.resource = append(c.resource, attrs...) })
}

// WithPrometheus exposes metrics through the registry instead of pushing them:
// the application serves it, with promhttp for instance, and Prometheus scrapes
// the application. Default: push over OTLP. Nil is ignored.
func WithPrometheus(r prometheus.Registerer) Option {
	return optionFunc(func(c *config) {
		if r != nil {
			c.registerer = r
		}
	})
}

// WithSpanProcessor adds a span processor next to the export. Default: none. Nil
// is ignored.
func WithSpanProcessor(p sdktrace.SpanProcessor) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.processors = append(c.processors, p)
		}
	})
}
