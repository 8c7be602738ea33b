package guardedencodingextension

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/receiver/guardedotlpreceiver"
)

// Type is the id of the extension, and the name of the encoding for a receiver.
var Type = component.MustNewType("guarded_otlp")

// NewFactory returns the factory of the guarded_otlp extension, which has no settings.
func NewFactory() extension.Factory {
	return extension.NewFactory(Type, func() component.Config { return &struct{}{} },
		func(_ context.Context, set extension.Settings, _ component.Config) (extension.Extension, error) {
			limits, err := guardedotlpreceiver.NewLimits(set.TelemetrySettings)
			return &encoding{limits: limits}, err
		}, component.StabilityLevelAlpha)
}

// encoding is OTLP as protocol buffers.
type encoding struct {
	component.StartFunc
	component.ShutdownFunc
	limits *guardedotlpreceiver.Limits
}

var (
	_ ptrace.Unmarshaler  = (*encoding)(nil)
	_ pmetric.Unmarshaler = (*encoding)(nil)
	_ plog.Unmarshaler    = (*encoding)(nil)
)

// UnmarshalTraces implements ptrace.Unmarshaler.
func (e *encoding) UnmarshalTraces(message []byte) (ptrace.Traces, error) {
	message, err := e.limits.Protobuf(message)
	if err != nil {
		return ptrace.NewTraces(), err
	}
	return (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(message)
}

// UnmarshalMetrics implements pmetric.Unmarshaler.
func (e *encoding) UnmarshalMetrics(message []byte) (pmetric.Metrics, error) {
	message, err := e.limits.Protobuf(message)
	if err != nil {
		return pmetric.NewMetrics(), err
	}
	return (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics(message)
}

// UnmarshalLogs implements plog.Unmarshaler.
func (e *encoding) UnmarshalLogs(message []byte) (plog.Logs, error) {
	message, err := e.limits.Protobuf(message)
	if err != nil {
		return plog.NewLogs(), err
	}
	return (&plog.ProtoUnmarshaler{}).UnmarshalLogs(message)
}
