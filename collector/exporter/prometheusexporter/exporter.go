package prometheusexporter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/pdata/pmetric"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/exporter/prometheusexporter/internal/metadata"
)

// prometheusExporter keeps the last value of every series and serves them.
type prometheusExporter struct {
	cfg       *Config
	settings  component.TelemetrySettings
	telemetry *metadata.Telemetry
	series    *series
	provider  *sdkmetric.MeterProvider
	registry  *prometheus.Registry

	server  *http.Server
	serving sync.WaitGroup
	ended   chan struct{} // closed at the shutdown
}

func newExporter(set component.TelemetrySettings, cfg *Config) (*prometheusExporter, error) {
	telemetry, err := metadata.NewTelemetry(set)
	if err != nil {
		return nil, err
	}
	e := &prometheusExporter{
		cfg: cfg, settings: set, telemetry: telemetry,
		series:   newSeries(cfg.MetricExpiration),
		registry: prometheus.NewRegistry(),
		ended:    make(chan struct{}),
	}
	options := []otelprometheus.Option{
		otelprometheus.WithRegisterer(e.registry),
		otelprometheus.WithProducer(e.series),
		otelprometheus.WithTranslationStrategy(cfg.TranslationStrategy),
		otelprometheus.WithNamespace(cfg.Namespace),
		// One for each resource comes from series.
		otelprometheus.WithoutTargetInfo(),
	}
	if cfg.WithoutScopeInfo {
		options = append(options, otelprometheus.WithoutScopeInfo())
	}
	reader, err := otelprometheus.New(options...)
	if err != nil {
		return nil, err
	}
	// A reader collects only for a provider; this one has no instruments.
	e.provider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader), sdkmetric.WithResource(resource.Empty()))
	return e, nil
}

// push takes metrics over. What cannot be served is counted and logged; to send
// it again would not help.
func (e *prometheusExporter) push(ctx context.Context, md pmetric.Metrics) error {
	for reason, n := range e.series.add(md, time.Now()) {
		e.telemetry.Dropped(ctx, n, reason)
		e.settings.Logger.Warn("Data points are not served to Prometheus",
			zap.String("reason", reason), zap.Int64("points", n))
	}
	return nil
}

func (e *prometheusExporter) start(ctx context.Context, host component.Host) error {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(createdTimestamps{e.registry}, promhttp.HandlerOpts{
		ErrorLog:          errorLog{e.settings.Logger},
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: e.cfg.EnableOpenMetrics,
	}))
	server, err := e.cfg.ServerConfig.ToServer(ctx, host.GetExtensions(), e.settings, mux)
	if err != nil {
		return err
	}
	listener, err := e.cfg.ServerConfig.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("endpoint: %w", err)
	}
	e.server = server
	e.serving.Go(func() {
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			e.settings.Logger.Error("The metrics server has stopped", zap.Error(err))
		}
	})
	e.serving.Go(e.expire)
	return nil
}

// expire forgets old series also where nothing scrapes.
func (e *prometheusExporter) expire() {
	ticker := time.NewTicker(e.cfg.MetricExpiration)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			e.series.expire(now)
		case <-e.ended:
			return
		}
	}
}

func (e *prometheusExporter) shutdown(ctx context.Context) error {
	if e.server == nil {
		return nil // never started
	}
	close(e.ended)
	err := errors.Join(e.server.Shutdown(ctx), e.provider.Shutdown(ctx))
	e.serving.Wait()
	return err
}

// errorLog writes what promhttp finds wrong while it serves.
type errorLog struct{ logger *zap.Logger }

func (l errorLog) Println(v ...any) {
	l.logger.Warn("A metric is not served to Prometheus", zap.String("error", fmt.Sprintln(v...)))
}
