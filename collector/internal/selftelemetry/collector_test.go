package selftelemetry

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configtelemetry"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/service/telemetry"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
	otelconf "go.opentelemetry.io/contrib/otelconf/v0.3.0"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
	"go.yaml.in/yaml/v3"
)

// both are this package's factory and the Collector's, whose keys it has.
var both = map[string]telemetry.Factory{"ours": NewFactory(), "the Collector's": otelconftelemetry.NewFactory()}

var build = component.BuildInfo{Command: "spanledger", Version: "1.2.3"}

func config(t *testing.T, factory telemetry.Factory, text string) component.Config {
	t.Helper()
	var content map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &content))
	cfg := factory.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(content).Unmarshal(cfg))
	return cfg
}

func TestMetrics_AreServedAsTheCollectorServesThem(t *testing.T) {
	pages := map[string]string{}
	for name, factory := range both {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		port := free.Addr().(*net.TCPAddr).Port
		require.NoError(t, free.Close())
		cfg := config(t, factory, fmt.Sprintf(`
metrics:
  level: detailed
  readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1, port: %d}}}}]
resource: {attributes: [{name: service.instance.id, value: collector-0}, {name: team, value: finance}]}
`, port))
		require.NoError(t, cfg.(interface{ Validate() error }).Validate())
		res, schema, err := factory.CreateResource(t.Context(), telemetry.Settings{BuildInfo: build}, cfg)
		require.NoError(t, err)
		provider, err := factory.CreateMeterProvider(t.Context(), telemetry.MeterSettings{
			Settings: telemetry.Settings{BuildInfo: build, Resource: &res, SchemaURL: schema},
			Logger:   zap.NewNop(),
			DefaultViews: func(configtelemetry.Level) []otelconf.View {
				return []otelconf.View{{
					Selector: &otelconf.ViewSelector{InstrumentName: new("otelcol_hidden")},
					Stream:   &otelconf.ViewStream{Aggregation: &otelconf.ViewStreamAggregation{Drop: otelconf.ViewStreamAggregationDrop{}}},
				}}
			},
		}, cfg)
		require.NoError(t, err)
		meter := provider.Meter("test")
		for _, counted := range []string{"otelcol_rows_written", "otelcol_hidden"} {
			counter, err := meter.Int64Counter(counted, metric.WithUnit("{row}"), metric.WithDescription("Rows"))
			require.NoError(t, err)
			counter.Add(t.Context(), 3)
		}
		duration, err := meter.Float64Histogram("otelcol_write_duration", metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(0.5, 1))
		require.NoError(t, err)
		duration.Record(t.Context(), 0.75)

		answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/metrics", port))
		require.NoError(t, err)
		page, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		pages[name] = string(page)
		require.NoError(t, provider.Shutdown(t.Context()))
	}
	require.Contains(t, pages["ours"], "otelcol_rows_written")
	require.NotContains(t, pages["ours"], "otelcol_hidden")
	assert.Equal(t, pages["the Collector's"], pages["ours"])
}

func TestLog_IsWrittenAsTheCollectorWritesIt(t *testing.T) {
	for _, encoding := range []string{"json", "console"} {
		lines := map[string]string{}
		for name, factory := range both {
			file := filepath.Join(t.TempDir(), "log")
			cfg := config(t, factory, `
logs: {encoding: `+encoding+`, level: warn, disable_stacktrace: true, output_paths: ["`+file+`"], initial_fields: {site: north}}
resource: {service.instance.id: collector-0, service.version: null}
`)
			res, schema, err := factory.CreateResource(t.Context(), telemetry.Settings{BuildInfo: build}, cfg)
			require.NoError(t, err)
			logger, _, err := factory.CreateLogger(t.Context(), telemetry.LoggerSettings{
				Settings: telemetry.Settings{BuildInfo: build, Resource: &res, SchemaURL: schema},
			}, cfg)
			require.NoError(t, err)
			logger.Info("not written")
			logger.With(zap.String("otelcol.component.id", "cost_ledger")).Error("written", zap.Int("rows", 3))
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			lines[name] = comparable(t, encoding, lastLine(string(text)))
		}
		require.Contains(t, lines["ours"], "cost_ledger")
		assert.Equal(t, lines["the Collector's"], lines["ours"], encoding)
	}
}

// lastLine leaves out what the Collector's factory logs of the configuration.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// comparable leaves the time out, and the order of JSON's members.
func comparable(t *testing.T, encoding, line string) string {
	t.Helper()
	if encoding == "console" {
		_, rest, _ := strings.Cut(line, "\t")
		_, fields, _ := strings.Cut(rest, "{")
		head, _, _ := strings.Cut(rest, "{")
		return head + comparable(t, "json", "{"+fields)
	}
	var members map[string]any
	require.NoError(t, json.Unmarshal([]byte(line), &members), line)
	delete(members, "ts")
	text, err := json.Marshal(members)
	require.NoError(t, err)
	return regexp.MustCompile(`collector_test\.go:\d+`).ReplaceAllString(string(text), "collector_test.go")
}

func TestConfig_NamesWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"metrics: {readers: []}": "metrics::readers",
		"metrics: {views: [{}]}": "metrics::views",
		"resource: {team: 7}":    "resource::team",
	} {
		assert.ErrorContains(t, config(t, NewFactory(), text).(*Config).Validate(), want)
	}
	var content map[string]any
	require.NoError(t, yaml.Unmarshal([]byte("traces: {level: basic}"), &content))
	assert.ErrorContains(t, confmap.NewFromStringMap(content).Unmarshal(createDefaultConfig()), "traces")
}

func TestMetrics_OfLevelNoneAreNone(t *testing.T) {
	provider, err := NewFactory().CreateMeterProvider(t.Context(), telemetry.MeterSettings{Logger: zap.NewNop()},
		config(t, NewFactory(), "metrics: {level: none}"))
	require.NoError(t, err)
	require.NoError(t, provider.Shutdown(t.Context()))
}
