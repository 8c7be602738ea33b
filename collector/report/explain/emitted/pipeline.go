package emitted

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Settings are those of the collector whose pipeline is followed.
type Settings struct {
	PriceFile            string
	Gateways, SelfHosted []string
}

// pipeline sends spans through the normaliser and pricing, with the settings of
// the collector's own configuration.
func pipeline(ctx context.Context, s Settings, td ptrace.Traces) (out ptrace.Traces, err error) {
	cost := genaicostprocessor.NewFactory()
	prices := cost.CreateDefaultConfig().(*genaicostprocessor.Config)
	prices.PriceFile, prices.Gateways, prices.SelfHosted = s.PriceFile, s.Gateways, s.SelfHosted
	if err := prices.Validate(); err != nil {
		return out, err
	}
	if err := checkPrices(s.PriceFile); err != nil {
		return out, err
	}
	normalizer := genainormalizerprocessor.NewFactory()
	last, err := consumer.NewTraces(func(_ context.Context, td ptrace.Traces) error {
		td.CopyTo(out)
		return nil
	}, consumer.WithCapabilities(consumer.Capabilities{}))
	if err != nil {
		return out, err
	}
	pricer, err := cost.CreateTraces(ctx, settings(cost.Type()), prices, last)
	if err != nil {
		return out, fmt.Errorf("%s: %w", cost.Type(), err)
	}
	normalizing, err := normalizer.CreateTraces(ctx, settings(normalizer.Type()), normalizer.CreateDefaultConfig(), pricer)
	if err != nil {
		return out, fmt.Errorf("%s: %w", normalizer.Type(), err)
	}
	for _, c := range []component.Component{pricer, normalizing} {
		if err := c.Start(ctx, host{}); err != nil {
			return out, err
		}
		defer func() { err = errors.Join(err, c.Shutdown(context.WithoutCancel(ctx))) }()
	}
	out = ptrace.NewTraces()
	return out, normalizing.ConsumeTraces(ctx, td)
}

// checkPrices refuses a file that a collector would log and leave out.
func checkPrices(file string) error {
	if file == "" {
		return nil
	}
	data, err := plainfile.Read(file)
	if err != nil {
		return err
	}
	_, err = pricing.Parse(file, data)
	return err
}

func settings(kind component.Type) processor.Settings {
	return processor.Settings{ID: component.NewID(kind), TelemetrySettings: component.TelemetrySettings{
		Logger: zap.NewNop(), TracerProvider: tracenoop.NewTracerProvider(), MeterProvider: metricnoop.NewMeterProvider(), Resource: pcommon.NewResource(),
	}}
}

// host has no extensions.
type host struct{}

// GetExtensions implements component.Host.
func (host) GetExtensions() map[component.ID]component.Component { return nil }
