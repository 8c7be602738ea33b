package ledgerapiextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
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
	server    *http.Server
	notice    string        // file that says where the server is; "" when there is none
	done      chan struct{} // closed when the server has stopped
}

func newAPI(config *Config, telemetry component.TelemetrySettings) *api {
	return &api{config: config, telemetry: telemetry, reader: newReader(string(config.Store))}
}

// Start listens at once, so that a port in use stops the collector with a
// clear message; the store is opened by the first question, because a store
// that is down must not keep the collector from receiving.
func (a *api) Start(ctx context.Context, host component.Host) error {
	handler, err := routes(a.reader, a.config)
	if err != nil {
		return fmt.Errorf("ledger_api: %w", err)
	}
	listener, err := a.config.Server.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("ledger_api: endpoint %s: %w", a.config.Server.NetAddr.Endpoint, err)
	}
	a.server, err = a.config.Server.ToServer(ctx, host.GetExtensions(), a.telemetry, handler)
	if err != nil {
		return errors.Join(fmt.Errorf("ledger_api: %w", err), listener.Close())
	}
	scheme := "http"
	if a.config.Server.TLS.HasValue() {
		scheme = "https"
	}
	url := scheme + "://" + listener.Addr().String()
	if a.notice, err = remote.Announce(string(a.config.Store), url); err != nil {
		a.telemetry.Logger.Warn("The command line will need --server to find this API", zap.Error(err))
	}
	a.telemetry.Logger.Info("Ledger API is listening", zap.String("url", url))
	a.done = make(chan struct{})
	go func() {
		defer close(a.done)
		if err := a.server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	}()
	return nil
}

// Shutdown lets questions under way finish within ctx. It is safe without Start.
func (a *api) Shutdown(ctx context.Context) error {
	var errs []error
	if a.notice != "" {
		errs = append(errs, os.Remove(a.notice))
		a.notice = ""
	}
	if a.done != nil {
		if err := a.server.Shutdown(ctx); err != nil {
			errs = append(errs, err, a.server.Close())
		}
		<-a.done
		a.done = nil
	}
	return errors.Join(append(errs, a.reader.close())...)
}
