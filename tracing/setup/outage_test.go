package setup_test

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"

	"github.com/spanledger/spanledger/tracing"
	"github.com/spanledger/spanledger/tracing/setup"
)

// down counts the connections to an address at which no collector answers.
type down struct {
	net.Listener
	connections atomic.Int64
}

func newDown(t *testing.T, address string) *down {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	d := &down{Listener: listener}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			d.connections.Add(1)
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close() })
	return d
}

// accepted closes a channel when the first connection arrives.
type accepted struct {
	net.Listener
	once  sync.Once
	first chan struct{}
}

func (a *accepted) Accept() (net.Conn, error) {
	conn, err := a.Listener.Accept()
	if err == nil {
		a.once.Do(func() { close(a.first) })
	}
	return conn, err
}

// hasSpan and hasLog report whether it got one.
func (r *receiver) hasSpan(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.spans, name)
}

func (r *receiver) hasLog(body string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.logs, body)
}

// Over gRPC the time between attempts to connect increases: with gRPC's default, a client
// that has failed six times waits for 8 to 13 s more, and in the end for two minutes.
func TestSetup_ReconnectsSoonAfterAnOutage(t *testing.T) {
	if testing.Short() {
		t.Skip("an outage of 15 s")
	}
	restoreGlobals(t)
	t.Setenv("OTEL_METRICS_EXPORTER", "none")
	t.Setenv("OTEL_LOGS_EXPORTER", "none")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	r, server := serveGRPC(t, listener)
	shutdown, err := setup.Start(t.Context(), setup.WithEndpoint("http://"+address))
	require.NoError(t, err)
	defer func() { _ = shutdown(context.WithoutCancel(t.Context())) }()
	emit(t.Context())
	require.Eventually(t, func() bool { return r.hasSpan("invoke_agent triage") }, 30*time.Second, 50*time.Millisecond)

	server.Stop()
	refusing := newDown(t, address)
	ctx, agent := tracing.StartAgent(t.Context(), "during the outage")
	emit(ctx)
	agent.End(nil)
	require.Eventually(t, func() bool { return refusing.connections.Load() >= 6 }, time.Minute, 50*time.Millisecond)
	require.NoError(t, refusing.Close())

	listener, err = net.Listen("tcp", address)
	require.NoError(t, err)
	back := &accepted{Listener: listener, first: make(chan struct{})}
	began := time.Now()
	r, _ = serveGRPC(t, back)
	select {
	case <-back.first:
		require.Less(t, time.Since(began), 7*time.Second)
	case <-time.After(20 * time.Second):
		t.Fatal("no connection within 20 s")
	}
	require.Eventually(t, func() bool { return r.hasSpan("invoke_agent during the outage") }, 30*time.Second, 50*time.Millisecond, "the exporter gave up")
}

// A connection that is refused over HTTP is not repeated by the exporter.
func TestSetup_RepeatsExportsUntilTheCollectorIsBack(t *testing.T) {
	for _, p := range []setup.Protocol{setup.GRPC, setup.HTTP} {
		t.Run(string(p), func(t *testing.T) {
			if testing.Short() {
				t.Skip("an outage of 25 s")
			}
			restoreGlobals(t)
			t.Setenv("OTEL_METRICS_EXPORTER", "none")
			reported := make(chan error, 100)
			otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
				select {
				case reported <- err:
				default:
				}
			}))
			address := freeAddress(t)
			shutdown, err := setup.Start(t.Context(), setup.WithEndpoint("http://"+address), setup.WithProtocol(p))
			require.NoError(t, err)
			defer func() { _ = shutdown(context.WithoutCancel(t.Context())) }()
			emit(t.Context())
			select {
			case err := <-reported:
				require.ErrorContains(t, err, "repeated for up to 5m")
			case <-time.After(30 * time.Second):
				t.Fatal("the outage was not reported")
			}
			if p == setup.GRPC {
				time.Sleep(12 * time.Second) // an export alone takes 10 s at most
			}

			listener, err := net.Listen("tcp", address)
			require.NoError(t, err)
			var r *receiver
			if p == setup.HTTP {
				r = &receiver{}
				server := &http.Server{Handler: r.handler(t, ""), ReadHeaderTimeout: time.Minute}
				go func() { _ = server.Serve(listener) }()
				defer server.Close()
			} else {
				r, _ = serveGRPC(t, listener)
			}
			require.Eventually(t, func() bool { return r.hasSpan("invoke_agent triage") && r.hasLog("call done") }, 30*time.Second, 50*time.Millisecond)
		})
	}
}
