package ledgerapiextension

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/internal/queuestate"
	"github.com/spanledger/spanledger/collector/internal/unreadspans"
	"github.com/spanledger/spanledger/collector/ledger/remote"
)

var (
	_ extension.Extension                         = (*api)(nil)
	_ extensioncapabilities.PipelineWatcher       = (*api)(nil)
	_ extensioncapabilities.ConfigSnapshotWatcher = (*api)(nil)
	_ queuestate.Watcher                          = (*api)(nil)
	_ unreadspans.Watcher                         = (*api)(nil)
)

// api is the HTTP server and the store behind it.
type api struct {
	config    *Config
	version   string // of spanledger
	telemetry component.TelemetrySettings
	reader    *reader
	url       string        // where the API answers; "" before Start
	notice    string        // file that says so; "" when there is none
	admin     string        // token of this process, which the file also has
	stopping  chan struct{} // closed when streams of events are to end
	stop      func()        // closes it
	servers   []serving     // the API, and the metrics where they have a server of their own
	queues    queues
	unread    unread
	otlp      otlpPorts
}

func newAPI(config *Config, version string, telemetry component.TelemetrySettings) *api {
	stopping := make(chan struct{})
	return &api{
		admin: rand.Text(), config: config, version: version, telemetry: telemetry, reader: newReader(string(config.Store)),
		stopping: stopping, stop: sync.OnceFunc(func() { close(stopping) }),
	}
}

// Start listens at once, so that a port in use stops the collector with a
// clear message; the store is opened by the first question, because a store
// that is down must not keep the collector from receiving.
func (a *api) Start(ctx context.Context, host component.Host) error {
	all, metrics, err := a.routes()
	if err != nil {
		return fmt.Errorf("ledger_api: %w", err)
	}
	settings := a.config.Server
	if all, err = a.guard(ctx, host, all, &settings); err != nil {
		return fmt.Errorf("ledger_api: %w", err)
	}
	if a.url, err = a.serve(ctx, host, &settings, all); err != nil {
		return fmt.Errorf("ledger_api: %w", err)
	}
	a.telemetry.Logger.Info("Ledger API is listening", zap.String("url", a.url))
	if !a.config.Metrics.HasValue() {
		return nil
	}
	url, err := a.serve(ctx, host, a.config.Metrics.Get(), metrics)
	if err != nil {
		return fmt.Errorf("ledger_api: metrics: %w", err)
	}
	a.telemetry.Logger.Info("Metrics are served", zap.String("url", url+metricsPath))
	return nil
}

// Ready announces the API next to a DuckDB file. The exporters have started by
// now: a collector that did not get the file, because another one holds it, does
// not come here and leaves the other's announcement as it is.
func (a *api) Ready() (err error) {
	if a.notice, err = remote.Announce(string(a.config.Store), a.url, a.admin); err != nil {
		a.telemetry.Logger.Warn("The command line will need --server to find this API", zap.Error(err))
	}
	return nil
}

// NotReady implements extensioncapabilities.PipelineWatcher; the API answers
// until Shutdown.
func (a *api) NotReady() error { return nil }

// Shutdown lets running requests finish within ctx. It is safe without Start.
func (a *api) Shutdown(ctx context.Context) error {
	a.stop()
	var errs []error
	if a.notice != "" {
		errs = append(errs, remote.Withdraw(a.notice, a.url))
		a.notice = ""
	}
	for _, s := range a.servers {
		errs = append(errs, s.stop(ctx))
	}
	a.servers = nil
	return errors.Join(append(errs, a.reader.close())...)
}
