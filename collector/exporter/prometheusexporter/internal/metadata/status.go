// Package metadata holds what metadata.yaml declares.
package metadata

import "go.opentelemetry.io/collector/component"

// ScopeName names the instrumentation scope of the component's own telemetry.
const ScopeName = "github.com/spanledger/spanledger/collector/exporter/prometheusexporter"

// Type is the component's name in a configuration.
var Type = component.MustNewType("prometheus")

// MetricsStability is the maturity of the component.
const MetricsStability = component.StabilityLevelAlpha
