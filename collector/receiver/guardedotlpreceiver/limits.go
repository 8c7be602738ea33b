package guardedotlpreceiver

import (
	"bytes"
	"context"

	"go.opentelemetry.io/collector/component"
)

// Limits are those of the receiver, for OTLP messages that another receiver reads.
type Limits struct{ guard *guard }

// NewLimits counts in the metric of the receiver.
func NewLimits(set component.TelemetrySettings) (*Limits, error) {
	g, err := newGuard(set)
	return &Limits{g}, err
}

// Protobuf returns a message as it can be decoded safely: the same one, or a copy in
// which values that nest too deep are unknown fields. A message that would need too much
// memory is an error.
func (l *Limits) Protobuf(message []byte) ([]byte, error) {
	return l.guard.safe(message)
}

// safe is Limits.Protobuf. It counts the values that become unknown fields.
func (g *guard) safe(request []byte) ([]byte, error) {
	if !enough(request) {
		return nil, errTooMany
	}
	fields := tooDeep(request)
	if len(fields) == 0 {
		return request, nil
	}
	g.cut.Add(context.Background(), int64(len(fields)))
	request = bytes.Clone(request)
	hide(request, fields)
	return request, nil
}
