package ledgerapiextension

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension/internal/metadata"
)

// DefaultEndpoint is where the API listens, and where the command line looks
// for it: on loopback only, since it needs no password by default.
const DefaultEndpoint = "127.0.0.1:8890"

// headerTimeout is how long a client may take for the headers of a request.
const headerTimeout = 10 * time.Second

// answerTimeout is how long an answer may take. One that is not finished by then is cut
// off without a word, and a busy store takes longer than the usual 30 s.
const answerTimeout = 5 * time.Minute

// NewFactory makes the factory of the ledger_api extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(metadata.Type, createDefaultConfig, create, metadata.ExtensionStability)
}

func createDefaultConfig() component.Config {
	server, metrics := confighttp.NewDefaultServerConfig(), confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = DefaultEndpoint
	server.ReadHeaderTimeout, metrics.ReadHeaderTimeout = headerTimeout, headerTimeout
	server.WriteTimeout, metrics.WriteTimeout = answerTimeout, answerTimeout
	return &Config{Server: server, Metrics: configoptional.Default(metrics)}
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return newAPI(cfg.(*Config), set.BuildInfo.Version, set.TelemetrySettings), nil
}
