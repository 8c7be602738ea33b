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
	return decode(e.limits, message, (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces)
}

// UnmarshalMetrics implements pmetric.Unmarshaler.
func (e *encoding) UnmarshalMetrics(message []byte) (pmetric.Metrics, error) {
	return decode(e.limits, message, (&pmetric.ProtoUnmarshaler{}).UnmarshalMetrics)
}

// UnmarshalLogs implements plog.Unmarshaler.
func (e *encoding) UnmarshalLogs(message []byte) (plog.Logs, error) {
	return decode(e.limits, message, (&plog.ProtoUnmarshaler{}).UnmarshalLogs)
}

func decode[T any](limits *guardedotlpreceiver.Limits, message []byte, unmarshal func([]byte) (T, error)) (decoded T, err error) {
	if message, err = limits.Protobuf(message); err != nil {
		return decoded, err
	}
	return unmarshal(message)
}
