package otelgenai

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

func TestCall_CarriesEveryCount(t *testing.T) {
	var counts usage.Counts
	for f := range usage.NumFields {
		counts[f] = 1000 + int64(f)
	}
	c := &call{callState: callState{target: target{api: &genai.API{Operation: semconv.OperationChat}}}}
	c.resp.Usage.Counts = counts
	var a attributes
	a.usage(c)
	spans := attribute.NewSet(a.list...)
	priced := Call{Usage: counts}.ForPricing().Usage
	for f := range usage.NumFields {
		got, _ := spans.Value(f.Key())
		assert.Equal(t, counts[f], got.AsInt64(), "%s on the span", f)
		assert.Equal(t, counts[f], priced[f], "%s in the price", f)
	}
}
