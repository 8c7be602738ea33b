//go:build full

package distro

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/zpagesextension"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/service/telemetry"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

// newTelemetry is the Collector's own telemetry about itself, whose detection of
// resources compiles the clients of three clouds and of Kubernetes.
func newTelemetry() telemetry.Factory { return otelconftelemetry.NewFactory() }

// fullProcessors evaluate OTTL, the transformation language, whose packages take
// about as long to compile as DuckDB's bindings, gRPC and ch-go together.
func fullProcessors() []processor.Factory {
	return []processor.Factory{
		tailsamplingprocessor.NewFactory(),
		transformprocessor.NewFactory(),
		redactionprocessor.NewFactory(),
	}
}

// fullExtensions write pages with html/template, which calls methods by name: with
// it the linker keeps every exported method of every type, 7 MB of them.
func fullExtensions() []extension.Factory {
	return []extension.Factory{zpagesextension.NewFactory()}
}

// ExplainConfigError has nothing to add: this build has every component.
func ExplainConfigError(err error) error { return err }
