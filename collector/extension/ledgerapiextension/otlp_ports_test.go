package ledgerapiextension

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
)

func TestNotifyConfigSnapshot_FindsThePortsOfTheReceiver(t *testing.T) {
	type object = map[string]any
	receiver := func(grpc, http any) object {
		return object{"protocols": object{"grpc": grpc, "http": http}}
	}
	at := func(endpoint string) object { return object{"endpoint": endpoint} }
	for name, tc := range map[string]struct {
		receivers  any
		grpc, http int
	}{
		"both":               {object{"otlp": receiver(at("127.0.0.1:14317"), at("[::]:14318"))}, 14317, 14318},
		"one":                {object{"otlp": receiver(nil, at("localhost:14318"))}, 0, 14318},
		"named":              {object{"jaeger": object{}, "otlp/b": receiver(at(":2"), nil), "otlp/a": receiver(at(":1"), nil)}, 1, 0},
		"the plain one":      {object{"otlp/a": receiver(at(":1"), nil), "otlp": receiver(at(":2"), nil)}, 2, 0},
		"any free port":      {object{"otlp": receiver(at("127.0.0.1:0"), at("unix.socket"))}, 0, 0},
		"other receivers":    {object{"otlp_log": receiver(at(":1"), at(":2"))}, 0, 0},
		"no receiver":        {nil, 0, 0},
		"not what it is now": {object{"otlp": "127.0.0.1:4317"}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(&Config{}, "", componenttest.NewNopTelemetrySettings())
			conf := confmap.NewFromStringMap(object{"receivers": tc.receivers})
			require.NoError(t, a.NotifyConfigSnapshot(t.Context(), extensioncapabilities.NewConfigSnapshot(conf, nil)))
			grpc, http := a.otlp.known()
			assert.Equal(t, tc.grpc, grpc)
			assert.Equal(t, tc.http, http)
		})
	}
}
