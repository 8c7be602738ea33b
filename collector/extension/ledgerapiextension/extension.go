package ledgerapiextension

import (
	"context"
	"errors"
	"fmt"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/ledger/remote"
)

var _ extension.Extension = (*api)(nil)

// api is the HTTP server and the store behind it.
type api struct {
	config    *Config
	telemetry component.TelemetrySettings
	reader    *reader
	notice    string    // file that says where the API is; "" when there is none
	servers   []serving // the API, and the metrics where they have a server of their own
}

func newAPI(config *Config, telemetry component.TelemetrySettings) *api {
	return &api{config: config, telemetry: telemetry, reader: newReader(string(config.Store))}
}

// Start listens at once, so that a port in use stops the collector with a
// clear message; the store is opened by the first question, because a store
// that is down must not keep the collector from receiving.
func (a *api) Start(ctx context.Context, host component.Host) error {
	all, metrics, err := routes(a.reader, a.config)
	if err != nil {
		return fmt.Errorf("ledger_api: %w", err)
	}
	url, err := a.serve(ctx, host, &a.config.Server, all)
	if err != nil {
		return fmt.Errorf("ledger_api: %w", err)
	}
	if a.notice, err = remote.Announce(string(a.config.Store), url); err != nil {
		a.telemetry.Logger.Warn("The command line will need --server to find this API", zap.Error(err))
	}
	a.telemetry.Logger.Info("Ledger API is listening", zap.String("url", url))
	if !a.config.Metrics.HasValue() {
		return nil
	}
	if url, err = a.serve(ctx, host, a.config.Metrics.Get(), metrics); err != nil {
		return fmt.Errorf("ledger_api: metrics: %w", err)
	}
	a.telemetry.Logger.Info("Metrics are served", zap.String("url", url+metricsPath))
	return nil
}

// Shutdown lets questions under way finish within ctx. It is safe without Start.
func (a *api) Shutdown(ctx context.Context) error {
	var errs []error
	if a.notice != "" {
		errs = append(errs, os.Remove(a.notice))
		a.notice = ""
	}
	for _, s := range a.servers {
		errs = append(errs, s.stop(ctx))
	}
	a.servers = nil
	return errors.Join(append(errs, a.reader.close())...)
}
