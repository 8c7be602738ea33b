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
		pipelines  object // nil = one of traces, with all receivers
	}{
		"one without a pipeline": {
			object{"otlp": receiver(at(":1"), nil), "otlp/b": receiver(at(":2"), nil)}, 2, 0,
			object{"traces/a": object{"receivers": []any{"otlp/b"}}},
		},
		"one of log records alone": {
			object{"otlp": receiver(at(":1"), nil), "otlp/b": receiver(at(":2"), nil)}, 2, 0,
			object{"logs": object{"receivers": []any{"otlp"}}, "traces": object{"receivers": []any{"otlp/b"}}},
		},
		"no pipeline":        {object{"otlp": receiver(at(":1"), nil)}, 0, 0, object{}},
		"both":               {object{"otlp": receiver(at("127.0.0.1:14317"), at("[::]:14318"))}, 14317, 14318, nil},
		"one":                {object{"otlp": receiver(nil, at("localhost:14318"))}, 0, 14318, nil},
		"named":              {object{"jaeger": object{}, "otlp/b": receiver(at(":2"), nil), "otlp/a": receiver(at(":1"), nil)}, 1, 0, nil},
		"the plain one":      {object{"otlp/a": receiver(at(":1"), nil), "otlp": receiver(at(":2"), nil)}, 2, 0, nil},
		"any free port":      {object{"otlp": receiver(at("127.0.0.1:0"), at("unix.socket"))}, 0, 0, nil},
		"other receivers":    {object{"otlp_log": receiver(at(":1"), at(":2"))}, 0, 0, nil},
		"no receiver":        {nil, 0, 0, nil},
		"not what it is now": {object{"otlp": "127.0.0.1:4317"}, 0, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(&Config{}, "", componenttest.NewNopTelemetrySettings())
			if tc.pipelines == nil {
				all, _ := tc.receivers.(object)
				var names []any
				for name := range all {
					names = append(names, name)
				}
				tc.pipelines = object{"traces": object{"receivers": names}}
			}
			conf := confmap.NewFromStringMap(object{"receivers": tc.receivers, "service": object{"pipelines": tc.pipelines}})
			require.NoError(t, a.NotifyConfigSnapshot(t.Context(), extensioncapabilities.NewConfigSnapshot(conf, nil)))
			grpc, http := a.otlp.known()
			assert.Equal(t, tc.grpc, grpc)
			assert.Equal(t, tc.http, http)
		})
	}
}
