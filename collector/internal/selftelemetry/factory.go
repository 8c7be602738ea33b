package selftelemetry

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configtelemetry"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/service/telemetry"
	otelconf "go.opentelemetry.io/contrib/otelconf/v0.3.0"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric/noop"
	conventions "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// NewFactory returns the factory of the collector's telemetry about itself.
func NewFactory() telemetry.Factory {
	return telemetry.NewFactory(
		createDefaultConfig,
		telemetry.WithCreateResource(createResource),
		telemetry.WithCreateLogger(createLogger),
		telemetry.WithCreateMeterProvider(createMeterProvider),
	)
}

// createResource names the collector: by command, version and an id of its own,
// unless the configuration says otherwise.
func createResource(_ context.Context, set telemetry.Settings, c component.Config) (pcommon.Resource, string, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return pcommon.Resource{}, "", err
	}
	res := pcommon.NewResource()
	attributes := res.Attributes()
	attributes.PutStr(string(conventions.ServiceNameKey), set.BuildInfo.Command)
	attributes.PutStr(string(conventions.ServiceVersionKey), set.BuildInfo.Version)
	attributes.PutStr(string(conventions.ServiceInstanceIDKey), id.String())
	cfg := c.(*Config).Resource
	for key, value := range cfg.Inline {
		if value == nil {
			attributes.Remove(key)
			continue
		}
		attributes.PutStr(key, fmt.Sprint(value))
	}
	for _, a := range cfg.Attributes {
		if err := attributes.PutEmpty(a.Name).FromRaw(a.Value); err != nil {
			return pcommon.Resource{}, "", fmt.Errorf("resource::attributes: %s: %w", a.Name, err)
		}
	}
	return res, conventions.SchemaURL, nil
}

func createLogger(_ context.Context, set telemetry.LoggerSettings, c component.Config) (*zap.Logger, component.ShutdownFunc, error) {
	cfg := c.(*Config).Logs
	encoder := zap.NewProductionEncoderConfig()
	encoder.EncodeTime = zapcore.ISO8601TimeEncoder
	build := set.BuildZapLogger
	if build == nil {
		build = zap.Config.Build
	}
	logger, err := build(zap.Config{
		Level: zap.NewAtomicLevelAt(cfg.Level), Development: cfg.Development,
		Encoding: cfg.Encoding, EncoderConfig: encoder,
		OutputPaths: cfg.OutputPaths, ErrorOutputPaths: cfg.ErrorOutputPaths,
		DisableCaller: cfg.DisableCaller, DisableStacktrace: cfg.DisableStacktrace,
		InitialFields: cfg.InitialFields,
	})
	if err != nil {
		return nil, nil, err
	}
	// What OpenTelemetry's SDK finds wrong belongs into the same log.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		logger.Error("OpenTelemetry internal telemetry error", zap.Error(err))
	}))
	if !cfg.DisableResource && set.Resource != nil && set.Resource.Attributes().Len() > 0 {
		var fields []zap.Field
		for key, value := range set.Resource.Attributes().All() {
			fields = append(fields, zap.String(key, value.AsString()))
		}
		logger = logger.With(zap.Dict("resource", fields...))
	}
	if s := cfg.Sampling; s != nil && s.Enabled {
		logger = logger.WithOptions(zap.WrapCore(func(core zapcore.Core) zapcore.Core {
			return zapcore.NewSamplerWithOptions(core, s.Tick, s.Initial, s.Thereafter)
		}))
	}
	return logger, nil, nil
}

func createMeterProvider(ctx context.Context, set telemetry.MeterSettings, c component.Config) (telemetry.MeterProvider, error) {
	cfg := c.(*Config).Metrics
	if cfg.Level == configtelemetry.LevelNone {
		set.Logger.Info("Internal metrics telemetry disabled")
		return disabled{}, nil
	}
	if set.Resource == nil {
		return nil, errors.New("metrics of the collector: no resource")
	}
	provider := cfg.MeterProvider
	if provider.Views == nil && set.DefaultViews != nil {
		provider.Views = set.DefaultViews(cfg.Level)
	}
	res := &otelconf.Resource{SchemaUrl: &set.SchemaURL}
	for key, value := range set.Resource.Attributes().All() {
		res.Attributes = append(res.Attributes, otelconf.AttributeNameValue{Name: key, Value: value.AsRaw()})
	}
	sdk, err := otelconf.NewSDK(otelconf.WithContext(ctx), otelconf.WithOpenTelemetryConfiguration(
		otelconf.OpenTelemetryConfiguration{Resource: res, MeterProvider: &provider}))
	if err != nil {
		return nil, err
	}
	return sdk.MeterProvider().(telemetry.MeterProvider), nil
}

// disabled records nothing.
type disabled struct{ noop.MeterProvider }

// Shutdown has nothing to end.
func (disabled) Shutdown(context.Context) error { return nil }
