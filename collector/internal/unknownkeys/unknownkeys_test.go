package unknownkeys_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"

	"github.com/spanledger/spanledger/collector/internal/unknownkeys"
)

type config struct {
	Server confighttp.ServerConfig                          `mapstructure:",squash"`
	Token  string                                           `mapstructure:"token"`
	Second configoptional.Optional[confighttp.ServerConfig] `mapstructure:"second"`
	Free   map[string]string                                `mapstructure:"free"`
	Nested struct {
		Depth int `mapstructure:"depth"`
	} `mapstructure:"nested"`
}

func (c *config) Unmarshal(conf *confmap.Conf) error { return unknownkeys.Unmarshal(conf, c) }

func TestUnmarshal_NamesAKeyThatNoSettingHas(t *testing.T) {
	for name, tc := range map[string]struct {
		values map[string]any
		want   string
	}{
		"next to a server's settings": {map[string]any{"endpoint": "127.0.0.1:1", "tokn": "x"}, "unknown key tokn: expected one of auth, "},
		"of an optional server":       {map[string]any{"second": map[string]any{"endpoit": "x"}}, "unknown key second::endpoit: "},
		"inside a server's settings":  {map[string]any{"tls": map[string]any{"cert_fil": "x"}}, "cert_fil"},
		"of another struct":           {map[string]any{"nested": map[string]any{"depht": 1}}, "depht"},
		"none":                        {map[string]any{}, ""},
		"all known": {map[string]any{
			"endpoint": "127.0.0.1:1", "token": "x", "free": map[string]any{"any": "x"}, "nested": map[string]any{"depth": 1},
			"second": map[string]any{"endpoint": "127.0.0.1:2", "keepalive": map[string]any{"enabled": false}},
			"cors":   map[string]any{"allowed_origins": []any{"*"}}, "auth": map[string]any{"authenticator": "basicauth", "request_params": []any{"a"}},
			"tls": map[string]any{"cert_file": "a", "key_file": "b", "min_version": "1.2"}, "response_headers": map[string]any{"x-any": "y"},
			"compression_algorithms": []any{"gzip"}, "idle_timeout": "1m", "max_request_body_size": 1, "include_metadata": true,
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var c config
			err := confmap.NewFromStringMap(tc.values).Unmarshal(&c)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tc.want)
		})
	}
}
