package otelgenai

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/tracing"
)

type config struct {
	tracerProvider trace.TracerProvider
	meterProvider  metric.MeterProvider
	loggerProvider log.LoggerProvider
	endpoints      map[string][]endpoint // by host
	filters        []func(*http.Request) bool
	legacyMetrics  bool
	propagators    propagation.TextMapPropagator
	slog           *slog.Logger
	attribution    []func(*http.Request) tracing.Attribution
	required       []AttributionField
	onMissing      OnMissing
	guards         []Guard
	observers      []func(context.Context, Call)
	streamUsage    bool
	batchResults   bool
	unlistedHosts  bool
	estimator      Estimator
	content        contentPolicy
	promptHash     *promptHash // nil = off
	contextShares  bool
}

// Option changes how a [Transport] works.
type Option interface {
	apply(*config)
}

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

func newConfig(opts []Option) *config {
	c := &config{
		tracerProvider: otel.GetTracerProvider(),
		meterProvider:  otel.GetMeterProvider(),
		loggerProvider: otel.GetLoggerProvider(),
		endpoints:      map[string][]endpoint{},
		unlistedHosts:  true,
		content:        contentPolicy{mode: contentModeFromEnv()},
		legacyMetrics:  !optedIn(os.Getenv("OTEL_SEMCONV_STABILITY_OPT_IN"), "gen_ai_latest_experimental"),
	}
	for _, o := range opts {
		if o != nil {
			o.apply(c)
		}
	}
	return c
}

// WithTracerProvider sets the tracer provider. The default is the global one; nil
// is ignored.
func WithTracerProvider(p trace.TracerProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.tracerProvider = p
		}
	})
}

// WithMeterProvider sets the meter provider. The default is the global one; nil is
// ignored.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.meterProvider = p
		}
	})
}

// WithLoggerProvider sets the logger provider. The default is the global one; nil
// is ignored.
func WithLoggerProvider(p log.LoggerProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.loggerProvider = p
		}
	})
}

// endpoint is a host that the user has named.
type endpoint struct {
	port     int // 0 = every port
	provider *genai.Provider
}

// WithEndpoint sets the wire format (dialect) of a host that the transport does
// not know: a gateway, a proxy, or a model server of your own. The host is a name
// or an address, with or without a port ("llm.internal.example",
// "127.0.0.1:8000"), or a URL, whose path is ignored. Without a port, every port
// of the host matches; "host:443" also matches an https URL without a port, and
// "host:80" an http one. A host may have several dialects, in one or more calls of
// this option: the first that has the path of a request reads it. They take
// precedence over the built-in table of vendors. There is no default; an empty
// host or a zero dialect is ignored.
func WithEndpoint(host string, dialect ...Dialect) Option {
	return optionFunc(func(c *config) {
		name, port := endpointHost(host)
		if name == "" {
			return
		}
		for _, d := range dialect {
			if p := dialects[d]; p != nil {
				c.endpoints[name] = append(c.endpoints[name], endpoint{port, p})
			}
		}
	})
}

// endpointHost splits the argument of WithEndpoint; port 0 means every port.
func endpointHost(s string) (host string, port int) {
	if strings.Contains(s, "://") {
		u, err := url.Parse(s)
		if err != nil {
			return "", 0
		}
		s = u.Host
	}
	host, text := splitHost(strings.ToLower(strings.TrimSpace(s)))
	n, _ := number(text)
	return host, int(n)
}

// WithUnlistedHosts sets whether to record calls to hosts that are neither in the
// table of vendors nor named by [WithEndpoint], such as model servers, proxies and
// gateways. Such a call is recognized by the path of a vendor's API
// (/chat/completions, /responses, /messages, /embeddings and so on) and a JSON body
// with a model and a prompt. Its provider comes from the host's domain, or is
// "_OTHER". If the body is not in memory, it is recognized only while it is sent,
// so guards do not run for such a call. The default is true.
func WithUnlistedHosts(enabled bool) Option {
	return optionFunc(func(c *config) { c.unlistedHosts = enabled })
}

// WithFilter does not record requests for which keep returns false. If several
// filters are set, a request is recorded only if all return true. The default
// records every call; nil is ignored.
func WithFilter(keep func(*http.Request) bool) Option {
	return optionFunc(func(c *config) {
		if keep != nil {
			c.filters = append(c.filters, keep)
		}
	})
}

// WithLegacyMetrics sets whether to record the metrics of semantic conventions
// v1.41, gen_ai.client.operation.duration and gen_ai.client.token.usage, in
// addition to the newer metrics that replace them. Many dashboards query the old
// metrics, so the default is true. It is false if OTEL_SEMCONV_STABILITY_OPT_IN
// contains gen_ai_latest_experimental.
func WithLegacyMetrics(enabled bool) Option {
	return optionFunc(func(c *config) { c.legacyMetrics = enabled })
}

// optedIn reports whether a comma-separated list contains a word.
func optedIn(list, word string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(s string) bool { return strings.TrimSpace(s) == word })
}

// WithPropagators sends trace context, and everything else that p writes, to the
// vendor. Use it only for gateways of your own: baggage can contain the names of
// users. The default sends nothing; nil is ignored.
func WithPropagators(p propagation.TextMapPropagator) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.propagators = p
		}
	})
}

// WithSlog also writes the log record of each call with log/slog, at level Info,
// or Warn if the call failed. The default does not; nil is ignored.
func WithSlog(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.slog = l
		}
	})
}

// WithAttributionFrom reads the attribution of a call from its request. Fields
// that the context sets take precedence; the others are filled in. If several
// functions are set, all are used, in order. The default uses the context alone;
// nil is ignored.
func WithAttributionFrom(from func(*http.Request) tracing.Attribution) Option {
	return optionFunc(func(c *config) {
		if from != nil {
			c.attribution = append(c.attribution, from)
		}
	})
}

// WithRequiredAttribution sets the fields that each call must have, and what
// happens to a call without them: it is sent with the missing fields marked, or it
// is rejected. The default requires nothing; unknown fields are ignored.
func WithRequiredAttribution(onMissing OnMissing, fields ...AttributionField) Option {
	return optionFunc(func(c *config) {
		c.onMissing, c.required = onMissing, nil
		for _, f := range fields {
			if fieldKeys[f] != "" {
				c.required = append(c.required, f)
			}
		}
	})
}

// WithGuard calls g before each call is sent. If several guards are set, a call is
// sent only if all allow it. The default allows every call; nil is ignored. Package
// budgetguard has a guard that stops calls whose budget is spent.
func WithGuard(g Guard) Option {
	return optionFunc(func(c *config) {
		if g != nil {
			c.guards = append(c.guards, g)
		}
	})
}

// WithCallObserver calls f at the end of each call, in the goroutine that read or
// closed the response. If the application dropped the response without doing
// either, f runs in a goroutine of the Go runtime. A panic of f is recovered. If
// several observers are set, all are called. The default is none; nil is ignored.
func WithCallObserver(f func(context.Context, Call)) Option {
	return optionFunc(func(c *config) {
		if f != nil {
			c.observers = append(c.observers, f)
		}
	})
}

// WithStreamUsage adds stream_options.include_usage to streamed requests of APIs
// in OpenAI's format, unless they have stream_options. Without it, such a stream
// reports no usage. This is the only option that changes a request, and the answer
// then has one more chunk at its end, without choices. Requests are not changed if
// they have a signature, digest or checksum of the body, or if the body is not in
// memory. The default changes no request.
func WithStreamUsage() Option {
	return optionFunc(func(c *config) { c.streamUsage = true })
}

// WithBatchResults records each downloaded result of a batch job as a call, at the
// batch price: from Anthropic's results endpoint, from Gemini's batches and files,
// and from the files of APIs in OpenAI's format. The ledger identifies a result by
// its id and bills it once, like the vendor, however often and by whom it is
// downloaded; the first recorded download is billed. A Transport makes one span for
// each result, but metrics count a result again in every program that downloads
// it. A batch can make many spans in a short time: use a span processor whose
// queue blocks or is long enough. The default records the download and bills
// nothing.
func WithBatchResults() Option {
	return optionFunc(func(c *config) { c.batchResults = true })
}

// promptHash is how the stable part of prompts is hashed.
type promptHash struct{ key []byte }

// WithPromptHash sets a hash of the stable part of each prompt, and its number of
// tokens, on the call's span. The stable part is the tool definitions and the
// instructions or, if there are none, the first message. The vendor's prompt cache
// can serve calls with the same hash; "spanledger optimize" uses this. Separate
// hashes of the tools, the instructions and the first message show which of them
// changed between two calls ("spanledger report cache").
//
// A hash has 16 hexadecimal digits and contains no text. Without a key, a person
// who guesses a prompt exactly can see from its hash that it was used; with a key
// this is not possible. Use the same key in all programs, so that their hashes can
// be compared; nil means no key. Requests whose body is not JSON have no hash. The
// default makes no hashes.
func WithPromptHash(key []byte) Option {
	return optionFunc(func(c *config) { c.promptHash = &promptHash{key: bytes.Clone(key)} })
}

// WithContextShares counts on each call's span how many bytes the parts of its input
// are: the instructions, the tools (by MCP server, else by tool), the earlier messages,
// retrieved documents, and the last message. "spanledger report context" shares out what
// the input cost among them. Nothing of the content is kept but the names of tools.
// Shares are of bytes, and therefore an estimate of tokens. The default is not to count.
func WithContextShares() Option {
	return optionFunc(func(c *config) { c.contextShares = true })
}

// WithEstimator estimates the usage of calls for which the vendor reports none.
// The span is marked as estimated, and token metrics do not count it. The default
// does not estimate; nil is ignored. See [EstimateByLength].
func WithEstimator(e Estimator) Option {
	return optionFunc(func(c *config) {
		if e != nil {
			c.estimator = e
		}
	})
}
