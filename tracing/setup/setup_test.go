package setup_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	lognoop "go.opentelemetry.io/otel/log/noop"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/goleak"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/setup"
)

// restoreGlobals undoes what Start does to the process.
func restoreGlobals(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		otel.SetTracerProvider(tracenoop.NewTracerProvider())
		otel.SetMeterProvider(metricnoop.NewMeterProvider())
		otel.SetLoggerProvider(lognoop.NewLoggerProvider())
	})
}

// leaveNoGoroutines fails the test when it leaves goroutines behind. Shutdowns
// that are given up leave the SDK's export to run into its own timeout, so the
// tests of these do not use it.
func leaveNoGoroutines(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}

// emit sends one span, its metrics and one log record through the globals.
func emit(ctx context.Context) {
	ctx, agent := tracing.StartAgent(ctx, "triage")
	var r log.Record
	r.SetBody(attribute.StringValue("call done"))
	otel.Logger("test").Emit(ctx, r)
	agent.End(nil)
}

func TestSetup_StartSendsAllSignals(t *testing.T) {
	tests := []struct {
		name  string
		start func(t *testing.T) (*receiver, []setup.Option)
	}{
		{"over gRPC to an endpoint given by option", func(t *testing.T) (*receiver, []setup.Option) {
			r, url := grpcReceiver(t)
			return r, []setup.Option{setup.WithEndpoint(url)}
		}},
		{"over gRPC to an endpoint given by variable", func(t *testing.T) (*receiver, []setup.Option) {
			r, url := grpcReceiver(t)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
			return r, nil
		}},
		{"over HTTP to an endpoint given by option", func(t *testing.T) (*receiver, []setup.Option) {
			r, url := httpReceiver(t, "")
			return r, []setup.Option{setup.WithEndpoint(url), setup.WithProtocol(setup.HTTP)}
		}},
		{"over HTTP below a path", func(t *testing.T) (*receiver, []setup.Option) {
			r, url := httpReceiver(t, "/otlp")
			return r, []setup.Option{setup.WithEndpoint(url + "/"), setup.WithProtocol(setup.HTTP)}
		}},
		{"over HTTP to an endpoint given by variable", func(t *testing.T) (*receiver, []setup.Option) {
			r, url := httpReceiver(t, "/otlp")
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
			t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
			return r, nil
		}},
		{"to the option when a variable says otherwise", func(t *testing.T) (*receiver, []setup.Option) {
			r, url := grpcReceiver(t)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
			return r, []setup.Option{setup.WithEndpoint(url)}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			leaveNoGoroutines(t)
			restoreGlobals(t)
			r, opts := tt.start(t)
			opts = append(opts,
				setup.WithServiceName("intake-bot"),
				setup.WithEnvironment("staging"),
				setup.WithResourceAttributes(attribute.String("team.name", "claims")),
				setup.WithHeaders(map[string]string{"authorization": "Bearer s3cret"}))
			shutdown, err := setup.Start(t.Context(), opts...)
			require.NoError(t, err)
			emit(t.Context())
			require.NoError(t, shutdown(t.Context()))

			r.mu.Lock()
			defer r.mu.Unlock()
			require.Equal(t, []string{"invoke_agent triage"}, r.spans)
			require.Equal(t, []string{"call done"}, r.logs)
			require.Contains(t, r.metrics, "gen_ai.invoke_agent.duration")
			require.Equal(t, "intake-bot", r.resource["service.name"])
			require.Equal(t, "staging", r.resource["deployment.environment.name"])
			require.Equal(t, "claims", r.resource["team.name"])
			require.NotEmpty(t, r.resource["host.name"])
			require.NotContains(t, r.resource, "process.command_args")
			require.Equal(t, "Bearer s3cret", r.headers["authorization"])
		})
	}
}

func TestSetup_ResourceComesFromVariablesWhenNoOptionIsGiven(t *testing.T) {
	restoreGlobals(t)
	r, url := grpcReceiver(t)
	t.Setenv("OTEL_SERVICE_NAME", "from-env")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "team.name=blue")
	shutdown, err := setup.Start(t.Context(), setup.WithEndpoint(url))
	require.NoError(t, err)
	emit(t.Context())
	require.NoError(t, shutdown(t.Context()))
	require.Equal(t, "from-env", r.resource["service.name"])
	require.Equal(t, "blue", r.resource["team.name"])
}

func TestSetup_MissingCollectorDoesNotHoldUpTheApplication(t *testing.T) {
	for _, p := range []setup.Protocol{setup.GRPC, setup.HTTP} {
		t.Run(string(p), func(t *testing.T) {
			restoreGlobals(t)
			reported := make(chan error, 100)
			otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
				select {
				case reported <- err:
				default:
				}
			}))
			shutdown, err := setup.Start(t.Context(), setup.WithEndpoint("http://"+freeAddress(t)), setup.WithProtocol(p))
			require.NoError(t, err)
			// More than the queue holds: the rest is dropped, not waited for.
			for range 20000 {
				emit(t.Context())
			}
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- shutdown(ctx) }()
			select {
			case err = <-done:
			case <-time.After(30 * time.Second):
				t.Fatal("shutdown outlived its context")
			}
			require.Error(t, err, "what could not be sent must be said")
			require.Equal(t, err, shutdown(t.Context()), "a second shutdown answers the same")
		})
	}
}

// A program that defers its shutdown, and looks at no error, ends soon and says
// once what it has lost.
func TestShutdown_WithoutADeadlineOrACollector(t *testing.T) {
	for _, p := range []setup.Protocol{setup.GRPC, setup.HTTP} {
		t.Run(string(p), func(t *testing.T) {
			restoreGlobals(t)
			var mu sync.Mutex
			var said []string
			otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
				mu.Lock()
				defer mu.Unlock()
				said = append(said, err.Error())
			}))
			shutdown, err := setup.Start(t.Context(), setup.WithEndpoint("http://"+freeAddress(t)), setup.WithProtocol(p))
			require.NoError(t, err)
			emit(t.Context())
			done := make(chan error, 1)
			go func() { done <- shutdown(context.Background()) }()
			select {
			case err = <-done:
				require.Error(t, err)
			case <-time.After(8 * time.Second): // below the timeout of an export
				t.Fatal("shutdown waits for the collector")
			}
			require.Equal(t, err, shutdown(context.Background()))
			mu.Lock()
			defer mu.Unlock()
			n := 0
			for _, text := range said {
				if strings.Contains(text, "OTEL_EXPORTER_OTLP_ENDPOINT") {
					n++
				}
			}
			require.Equal(t, 1, n, said)
		})
	}
}

func TestSetup_PrometheusRegistryReplacesPush(t *testing.T) {
	leaveNoGoroutines(t)
	restoreGlobals(t)
	r, url := grpcReceiver(t)
	registry := prometheus.NewRegistry()
	shutdown, err := setup.Start(t.Context(), setup.WithEndpoint(url), setup.WithPrometheus(registry))
	require.NoError(t, err)
	emit(t.Context())

	server := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	defer server.Close()
	body := get(t, server.URL)
	require.Contains(t, body, `gen_ai_invoke_agent_duration_seconds_bucket{gen_ai_agent_name="triage"`)
	require.Contains(t, body, `le="409.6"`)

	require.NoError(t, shutdown(t.Context()))
	require.Empty(t, r.metrics)
	require.Equal(t, []string{"invoke_agent triage"}, r.spans)
}

func TestSetup_PrometheusExporterByVariableServesAnEndpoint(t *testing.T) {
	leaveNoGoroutines(t)
	restoreGlobals(t)
	address := freeAddress(t)
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	t.Setenv("OTEL_METRICS_EXPORTER", "prometheus")
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	t.Setenv("OTEL_LOGS_EXPORTER", "none")
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_HOST", host)
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", port)
	shutdown, err := setup.Start(t.Context())
	require.NoError(t, err)
	emit(t.Context())
	require.Contains(t, get(t, "http://"+address+"/metrics"), "gen_ai_invoke_agent_duration_seconds_count")

	_, err = setup.Start(t.Context())
	require.ErrorContains(t, err, "set up metrics: scrape endpoint "+address)
	require.ErrorContains(t, err, "OTEL_EXPORTER_PROMETHEUS_PORT")
	require.NoError(t, shutdown(t.Context()))
}

func TestSetup_DisabledSDKStartsNothing(t *testing.T) {
	restoreGlobals(t)
	t.Setenv("OTEL_SDK_DISABLED", "true")
	before := otel.GetTracerProvider()
	shutdown, err := setup.Start(t.Context(), setup.WithEndpoint("nonsense"))
	require.NoError(t, err)
	require.NoError(t, shutdown(t.Context()))
	require.Equal(t, before, otel.GetTracerProvider())
}

func TestSetup_BadConfigurationIsNamed(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		opts []setup.Option
		want string
	}{
		{"endpoint without a scheme", nil, []setup.Option{setup.WithEndpoint("localhost:4317")},
			`set up traces: endpoint "localhost:4317": expected a URL such as http://localhost:4317`},
		{"endpoint variable without a scheme", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"}, nil,
			`set up traces: OTEL_EXPORTER_OTLP_ENDPOINT "collector": expected a URL such as http://localhost:4317`},
		{"endpoint variable of one signal", map[string]string{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "ftp://x"}, nil,
			`set up logs: OTEL_EXPORTER_OTLP_LOGS_ENDPOINT "ftp://x": expected a URL such as http://localhost:4317`},
		{"unknown protocol", nil, []setup.Option{setup.WithProtocol("carrier pigeon")},
			`set up traces: protocol "carrier pigeon": expected "grpc" or "http/protobuf"`},
		{"protocol variable that is not offered", map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, nil,
			`set up traces: OTEL_EXPORTER_OTLP_PROTOCOL "http/json": expected "grpc" or "http/protobuf"`},
		{"unknown exporter", map[string]string{"OTEL_METRICS_EXPORTER": "statsd"}, nil,
			`set up metrics: OTEL_METRICS_EXPORTER "statsd": expected one of otlp, prometheus, none`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			restoreGlobals(t)
			for k, v := range tt.env {
				t.Setenv(k, v)
			}
			shutdown, err := setup.Start(t.Context(), tt.opts...)
			require.EqualError(t, err, tt.want)
			require.NoError(t, shutdown(t.Context()), "shutdown is safe after a failure")
		})
	}
}

func TestSetup_NilOptionsAreIgnored(t *testing.T) {
	restoreGlobals(t)
	shutdown, err := setup.Start(t.Context(), nil, setup.WithPrometheus(nil), setup.WithSpanProcessor(nil), setup.WithEndpoint(""))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := shutdown(ctx); err != nil {
		require.True(t, errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "cancel"), err)
	}
}

// freeAddress is one that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func get(t *testing.T, url string) string {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body)
}
