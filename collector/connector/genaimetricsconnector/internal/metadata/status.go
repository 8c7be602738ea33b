// Package metadata holds what metadata.yaml declares.
package metadata

import "go.opentelemetry.io/collector/component"

// ScopeName names the instrumentation scope of the metrics the connector
// derives and of its own telemetry.
const ScopeName = "github.com/spanledger/spanledger/collector/connector/genaimetricsconnector"

// Type is the component's name in a configuration.
var Type = component.MustNewType("genai_metrics")

// Maturity of the component, by signal.
const (
	TracesToMetricsStability  = component.StabilityLevelAlpha
	MetricsToMetricsStability = component.StabilityLevelAlpha
)
