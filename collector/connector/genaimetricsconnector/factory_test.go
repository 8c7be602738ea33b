package genaimetricsconnector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/connector/connectortest"
	"go.opentelemetry.io/collector/consumer/consumertest"
)

func TestCreateDefaultConfig(t *testing.T) {
	cfg := NewFactory().CreateDefaultConfig()
	require.NotNil(t, cfg)
	assert.NoError(t, componenttest.CheckConfigStruct(cfg))
}

func TestConnector_ShutdownWithoutStart(t *testing.T) {
	factory := NewFactory()
	set := connectortest.NewNopSettings(factory.Type())
	traces, err := factory.CreateTracesToMetrics(t.Context(), set, factory.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	assert.NoError(t, traces.Shutdown(t.Context()))
	metrics, err := factory.CreateMetricsToMetrics(t.Context(), set, factory.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	assert.NoError(t, metrics.Shutdown(t.Context()))
}
