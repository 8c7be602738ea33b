package distro

import (
	"github.com/spf13/cobra"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/otelcol"
)

// NewCommand is the Collector's own command with this distribution's components. It ends with
// its context, and writes first what waits. The Collector itself listens for signals only after
// its start: one that came before would be lost.
func NewCommand() *cobra.Command {
	settings := Settings()
	settings.DisableGracefulShutdown = true
	return otelcol.NewCommand(settings)
}

// Settings are those of the Collector: components, name, and where
// configuration may come from (files, environment variables, inline YAML).
func Settings(uris ...string) otelcol.CollectorSettings {
	return otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{
			Command:     "spanledger",
			Description: "OpenTelemetry Collector with a ledger of LLM calls",
			Version:     Version(),
		},
		Factories: Components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				URIs: uris,
				ProviderFactories: []confmap.ProviderFactory{
					fileprovider.NewFactory(),
					envprovider.NewFactory(),
					yamlprovider.NewFactory(),
				},
				DefaultScheme: "env",
			},
		},
	}
}
