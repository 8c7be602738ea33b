// Package metadata holds what metadata.yaml declares.
package metadata

import "go.opentelemetry.io/collector/component"

// ScopeName names the instrumentation scope of the component's own telemetry.
const ScopeName = "github.com/spanledger/spanledger/collector/connector/genailogsconnector"

// Type is the component's name in a configuration.
var Type = component.MustNewType("genai_logs")

// LogsToTracesStability is the maturity of the component.
const LogsToTracesStability = component.StabilityLevelAlpha
