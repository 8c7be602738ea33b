package clickhouse_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
)

// within is how long a report may wait for a store that is stopped.
const within = 10 * time.Second

func TestQuestion_EndsWhileTheServerIsStopped(t *testing.T) {
	server := clickhousetest.Start(t)
	store, err := clickhouse.Open(t.Context(), server.DSN("silent"))
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	_, err = store.Aggregate(t.Context(), ledger.Query{}) // the connection is kept
	require.NoError(t, err)

	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGSTOP))
	t.Cleanup(func() { _ = syscall.Kill(server.PID(), syscall.SIGCONT) })
	begun := time.Now()
	_, err = store.Aggregate(t.Context(), ledger.Query{})
	require.ErrorContains(t, err, "the server has sent nothing for")
	require.Equal(t, ledger.CauseUnreachable, ledger.CauseOf(err))
	require.Less(t, time.Since(begun), within)

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	begun = time.Now()
	require.ErrorIs(t, clickhouse.Ask(ctx, store, "SELECT 1 AS n"), context.Canceled)
	require.Less(t, time.Since(begun), within/2, "an interrupt is heard")

	require.NoError(t, syscall.Kill(server.PID(), syscall.SIGCONT))
	_, err = store.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err, "the next question is answered")
}

// All connections that were open before are closed.
func TestQuestion_IsAnsweredAfterTheServerHasStartedAgain(t *testing.T) {
	server := clickhousetest.Start(t)
	store, err := clickhouse.Open(t.Context(), server.DSN("again"))
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	var questions sync.WaitGroup
	for range 6 { // each on its own connection
		questions.Go(func() {
			assert.NoError(t, clickhouse.Ask(t.Context(), store, "SELECT sleep(1) AS n"))
		})
	}
	questions.Wait()

	require.NoError(t, server.Restart(t.Context()))
	_, err = store.Aggregate(t.Context(), ledger.Query{})
	require.NoError(t, err)
}

// A server that is at work may take longer than it may be silent.
func TestQuestion_GoesOnWhileTheServerIsAtWork(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a slow answer")
	}
	server := clickhousetest.Start(t)
	store, err := clickhouse.Open(t.Context(), server.DSN("slow"))
	require.NoError(t, err)
	defer store.Close()
	require.NoError(t, store.Migrate(t.Context()))
	begun := time.Now()
	require.NoError(t, clickhouse.Ask(t.Context(), store, "SELECT sleepEachRow(1) AS n FROM numbers(12) SETTINGS max_block_size = 1"))
	require.Greater(t, time.Since(begun), within)
}

// The server may stop between its greeting and the question whether the database exists.
func TestQuestion_EndsWhereTheServerOnlyGreets(t *testing.T) {
	server := clickhousetest.Start(t)
	dsn, err := url.Parse(server.DSN("greeted"))
	require.NoError(t, err)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	behind := dsn.Host
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				upstream, err := new(net.Dialer).DialContext(t.Context(), "tcp", behind)
				if err != nil {
					return
				}
				defer upstream.Close()
				greeting := make([]byte, 1<<10)
				go func() {
					if n, err := upstream.Read(greeting); err == nil {
						_, _ = client.Write(greeting[:n])
					}
				}()
				_, _ = io.Copy(upstream, client)
			}()
		}
	}()
	dsn.Host = listener.Addr().String()
	store, err := clickhouse.Open(t.Context(), dsn.String())
	require.NoError(t, err)
	defer store.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*within)
	defer cancel()
	begun := time.Now()
	_, err = store.Aggregate(ctx, ledger.Query{})
	require.ErrorContains(t, err, "the server has sent nothing for")
	require.Less(t, time.Since(begun), within)
}

func TestQuestion_EndsWhereNoServerAnswers(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close() // connections are made and never answered
	store, err := clickhouse.Open(t.Context(), "clickhouse://"+listener.Addr().String()+"/ledger")
	require.NoError(t, err)
	defer store.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*within)
	defer cancel()
	begun := time.Now()
	_, err = store.Aggregate(ctx, ledger.Query{})
	require.ErrorContains(t, err, "the server has sent nothing for")
	require.Less(t, time.Since(begun), within)
	require.Greater(t, time.Since(begun), within/2, "a server far away has time to answer")
}
