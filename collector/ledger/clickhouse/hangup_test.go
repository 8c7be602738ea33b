package clickhouse_test

import (
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
)

// cutOnce passes connections on to a server, and cuts the first that has brought more than
// limit bytes from there.
func cutOnce(t *testing.T, server string, limit int64) (address string, cut *atomic.Bool) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	cut = new(atomic.Bool)
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				behind, err := new(net.Dialer).DialContext(t.Context(), "tcp", server)
				if err != nil {
					return
				}
				defer behind.Close()
				go func() {
					_, _ = io.Copy(behind, client)
					_ = behind.Close()
				}()
				if n, _ := io.CopyN(client, behind, limit); n == limit && cut.CompareAndSwap(false, true) {
					_ = client.(*net.TCPConn).SetLinger(0) // a reset, as of a server that has died
					return
				}
				_, _ = io.Copy(client, behind)
			}()
		}
	}()
	return listener.Addr().String(), cut
}

// Rows that were handed over before the connection was cut would be counted twice.
func TestQuestion_IsNotRepeatedAfterItsFirstRows(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	require.NoError(t, openAlone(t, server.DSN(database)).Migrate(t.Context()))
	dsn, err := url.Parse(server.DSN(database))
	require.NoError(t, err)
	var cut *atomic.Bool
	dsn.Host, cut = cutOnce(t, dsn.Host, 1<<20)
	store, err := clickhouse.Open(t.Context(), dsn.String())
	require.NoError(t, err)
	defer store.Close()
	const question = "SELECT toUInt8(rand64()) AS n FROM numbers(4000000)"
	require.Error(t, clickhouse.Ask(t.Context(), store, question))
	require.True(t, cut.Load())
	require.NoError(t, clickhouse.Ask(t.Context(), store, question), "the next one is answered")
}
