package ledgerapiextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
)

// serving is a server that listens.
type serving struct {
	server *http.Server
	done   chan struct{} // closed when the server has stopped
}

// serve listens as the settings say, and answers until the extension shuts down.
func (a *api) serve(ctx context.Context, host component.Host, settings *confighttp.ServerConfig, handler http.Handler) (url string, err error) {
	listener, err := settings.ToListener(ctx)
	if err != nil {
		return "", fmt.Errorf("endpoint %s: %w", settings.NetAddr.Endpoint, err)
	}
	server, err := settings.ToServer(ctx, host.GetExtensions(), a.telemetry, handler)
	if err != nil {
		return "", errors.Join(err, listener.Close())
	}
	s := serving{server: server, done: make(chan struct{})}
	a.servers = append(a.servers, s)
	go func() {
		defer close(s.done)
		if err := server.Serve(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	}()
	scheme := "http"
	if settings.TLS.HasValue() {
		scheme = "https"
	}
	return scheme + "://" + listener.Addr().String(), nil
}

// stop lets running requests finish within ctx.
func (s serving) stop(ctx context.Context) error {
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.server.Close())
	}
	<-s.done
	return err
}
