package distro

import (
	"errors"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/forwardconnector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/debugexporter"
	"go.opentelemetry.io/collector/exporter/nopexporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"

	"github.com/spanledger/spanledger/collector/connector/genailogsconnector"
	"github.com/spanledger/spanledger/collector/connector/genaimetricsconnector"
	"github.com/spanledger/spanledger/collector/exporter/costledgerexporter"
	"github.com/spanledger/spanledger/collector/exporter/prometheusexporter"
	"github.com/spanledger/spanledger/collector/extension/filestorageextension"
	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension"
	"github.com/spanledger/spanledger/collector/processor/genaicostprocessor"
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor"
	"github.com/spanledger/spanledger/collector/receiver/guardedotlpreceiver"
)

// Components lists every component of the distribution but those of
// components_full.go, which only the build tag full compiles. builder.yaml names
// the same ones for the Collector's own builder; a test compares the two.
func Components() (otelcol.Factories, error) {
	var errs []error
	factories := otelcol.Factories{
		Receivers: factoryMap[receiver.Factory](&errs,
			guardedotlpreceiver.NewFactory(),
		),
		Processors: factoryMap(&errs, append(fullProcessors(),
			memorylimiterprocessor.NewFactory(),
			batchprocessor.NewFactory(),
			genainormalizerprocessor.NewFactory(),
			genaicostprocessor.NewFactory(),
		)...),
		Connectors: factoryMap[connector.Factory](&errs,
			genaimetricsconnector.NewFactory(),
			genailogsconnector.NewFactory(),
			forwardconnector.NewFactory(),
		),
		Exporters: factoryMap[exporter.Factory](&errs,
			costledgerexporter.NewFactory(),
			prometheusexporter.NewFactory(),
			otlpexporter.NewFactory(),
			otlphttpexporter.NewFactory(),
			debugexporter.NewFactory(),
			nopexporter.NewFactory(),
		),
		Extensions: factoryMap(&errs, append(fullExtensions(),
			ledgerapiextension.NewFactory(),
			healthcheckextension.NewFactory(),
			filestorageextension.NewFactory(),
			bearertokenauthextension.NewFactory(),
		)...),
		Telemetry: newTelemetry(),
	}
	return factories, errors.Join(errs...)
}

func factoryMap[F component.Factory](errs *[]error, factories ...F) map[component.Type]F {
	byType, err := otelcol.MakeFactoryMap(factories...)
	*errs = append(*errs, err)
	return byType
}
