// Package metadata holds what metadata.yaml declares.
package metadata

import "go.opentelemetry.io/collector/component"

// ScopeName names the instrumentation scope of the component's own telemetry.
const ScopeName = "github.com/spanledger/spanledger/collector/exporter/costledgerexporter"

// Type is the component's name in a configuration.
var Type = component.MustNewType("cost_ledger")

// TracesStability and LogsStability are the maturity of the component for each
// signal.
const (
	TracesStability = component.StabilityLevelAlpha
	LogsStability   = component.StabilityLevelAlpha
)
