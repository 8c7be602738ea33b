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

// WithTracerProvider sets the provider of the tracer. The default is the
// global one; nil is ignored.
func WithTracerProvider(p trace.TracerProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.tracerProvider = p
		}
	})
}

// WithMeterProvider sets the provider of the meter. The default is the global
// one; nil is ignored.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.meterProvider = p
		}
	})
}

// WithLoggerProvider sets the provider of the logger. The default is the
// global one; nil is ignored.
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

// WithEndpoint says that a host speaks dialects: a gateway, a proxy, a model
// server of your own. The host is a name or an address, with or without a
// port ("llm.internal.example", "127.0.0.1:8000"), or a URL, of which the path
// is ignored. Without a port every port of the host is meant; "host:443" is
// also the host of an https URL without a port, and "host:80" of an http one.
// Of several dialects of a host, given together or one after the other, the
// first that knows a path reads it. They take precedence over what the
// transport knows of the host. There is no default; an empty host or a zero
// dialect is ignored.
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

// endpointHost takes what WithEndpoint is given apart; a port of 0 is every
// port.
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

// WithUnlistedHosts says whether calls to hosts that are neither in the table of
// vendors nor named by [WithEndpoint] are recorded too: model servers, proxies
// and gateways. They are known by a path of a vendor's API (such as
// /chat/completions, /responses, /messages or /embeddings) and a JSON body with
// the model and the prompt; the provider is that of the host's domain, or
// "_OTHER". A body that is not in memory shows what it is while it is sent, so
// that guards are not asked about such a call. The default is true.
func WithUnlistedHosts(enabled bool) Option {
	return optionFunc(func(c *config) { c.unlistedHosts = enabled })
}

// WithFilter leaves out requests for which keep returns false: they pass
// through as if they were no LLM calls. Filters add up; all must agree. The
// default keeps every call; nil is ignored.
func WithFilter(keep func(*http.Request) bool) Option {
	return optionFunc(func(c *config) {
		if keep != nil {
			c.filters = append(c.filters, keep)
		}
	})
}

// WithLegacyMetrics says whether the metrics of semantic conventions v1.41,
// gen_ai.client.operation.duration and gen_ai.client.token.usage, are recorded
// in addition to those that replace them. Dashboards in use query the old pair, so
// the default is true, or false where OTEL_SEMCONV_STABILITY_OPT_IN contains
// gen_ai_latest_experimental.
func WithLegacyMetrics(enabled bool) Option {
	return optionFunc(func(c *config) { c.legacyMetrics = enabled })
}

// optedIn says whether a comma-separated list holds a word.
func optedIn(list, word string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(s string) bool { return strings.TrimSpace(s) == word })
}

// WithPropagators sends trace context, and whatever else p writes, to the
// vendor. The default sends nothing: baggage would tell the vendor who the
// users are. It is meant for gateways of your own; nil is ignored.
func WithPropagators(p propagation.TextMapPropagator) Option {
	return optionFunc(func(c *config) {
		if p != nil {
			c.propagators = p
		}
	})
}

// WithSlog also writes the log record of each call with log/slog: at level
// Info, or Warn for a call that failed. The default is not to; nil is ignored.
func WithSlog(l *slog.Logger) Option {
	return optionFunc(func(c *config) {
		if l != nil {
			c.slog = l
		}
	})
}

// WithAttributionFrom reads who a call is for from its request. What the
// context says wins; what it leaves open is filled in. Functions add up. The
// default is the context alone; nil is ignored.
func WithAttributionFrom(from func(*http.Request) tracing.Attribution) Option {
	return optionFunc(func(c *config) {
		if from != nil {
			c.attribution = append(c.attribution, from)
		}
	})
}

// WithRequiredAttribution is the policy for calls that do not say who they are
// for: allowed with the missing fields marked, or rejected before they leave.
// The default requires nothing; unknown fields are ignored.
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

// WithGuard asks g before each call leaves. Guards add up; all must agree. The
// default allows every call; nil is ignored. See package budgetguard for one that
// stops calls whose budget is spent.
func WithGuard(g Guard) Option {
	return optionFunc(func(c *config) {
		if g != nil {
			c.guards = append(c.guards, g)
		}
	})
}

// WithCallObserver calls f at the end of each call, in the goroutine that read
// or closed the response; for an answer that was dropped without either, in
// one of the runtime's. A panic of f is recovered. Observers add up. The
// default is none; nil is ignored.
func WithCallObserver(f func(context.Context, Call)) Option {
	return optionFunc(func(c *config) {
		if f != nil {
			c.observers = append(c.observers, f)
		}
	})
}

// WithStreamUsage adds stream_options.include_usage to streamed requests of
// APIs in OpenAI's format which do not mention stream_options, since those
// report no usage otherwise. It is the one option that alters a request; its
// answer gains a last chunk without choices. It leaves alone a request that
// carries a signature, digest or checksum of its body, and one whose body is not
// in memory. The default is to leave every request as it is.
func WithStreamUsage() Option {
	return optionFunc(func(c *config) { c.streamUsage = true })
}

// WithBatchResults makes a call, at the price of a batch, of each result of a
// batch that is downloaded: from Anthropic's results endpoint, from Gemini's
// batches and files, and from the files of APIs in OpenAI's format. A vendor
// bills a result once. So does the ledger, which tells it by its id, anyone who
// downloads it and however often; the first download that is recorded is billed.
// A Transport makes one span of each, but metrics count it again in every
// program that downloads it. A batch may be many spans in a short time: give the
// span processor a queue that blocks or is long enough. The default records that
// results were fetched and bills nothing.
func WithBatchResults() Option {
	return optionFunc(func(c *config) { c.batchResults = true })
}

// promptHash says how the stable part of prompts is hashed.
type promptHash struct{ key []byte }

// WithPromptHash puts a hash of the stable part of each prompt on the call's
// span, and how many tokens of the input it is: the tool definitions and the
// instructions, or the first message where there are none. Calls of one hash
// are calls that the vendor's prompt cache could serve, as
// "spanledger optimize" uses. The hash has 16 hexadecimal digits and none of
// the content; but who has guessed a prompt can tell from it that it was used,
// unless it is keyed. Hashes of the tools, the instructions and the first message
// tell which of them changed between two calls ("spanledger report cache"). One key for all programs keeps their hashes comparable;
// nil is none. Requests whose body is not JSON have no hash. The default is not
// to hash.
func WithPromptHash(key []byte) Option {
	return optionFunc(func(c *config) { c.promptHash = &promptHash{key: bytes.Clone(key)} })
}

// WithEstimator fills in the usage that a vendor does not report; the span
// says that it is estimated, and token metrics leave it out. The default is
// not to guess; nil is ignored. See [EstimateByLength].
func WithEstimator(e Estimator) Option {
	return optionFunc(func(c *config) {
		if e != nil {
			c.estimator = e
		}
	})
}
