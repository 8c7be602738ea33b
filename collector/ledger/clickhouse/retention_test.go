package clickhouse_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
)

// holdingProxy passes connections on to a server, and holds back the first
// packet in which a client says some words, until it is released.
type holdingProxy struct {
	address string
	held    chan struct{} // closed when it is
	release chan struct{}
}

func newHoldingProxy(t *testing.T, server, words string) *holdingProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	p := &holdingProxy{listener.Addr().String(), make(chan struct{}), make(chan struct{})}
	var once sync.Once
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", server)
			if err != nil {
				client.Close()
				continue
			}
			go func() {
				defer client.Close()
				_, _ = io.Copy(client, upstream)
			}()
			go func() {
				defer upstream.Close()
				packet := make([]byte, 1<<20)
				for {
					n, err := client.Read(packet)
					if err != nil {
						return
					}
					if bytes.Contains(packet[:n], []byte(words)) {
						once.Do(func() {
							close(p.held)
							<-p.release
						})
					}
					if _, err := upstream.Write(packet[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return p
}

// engineOf is the engine of a table, with its TTL.
func engineOf(t *testing.T, server *clickhousetest.Server, database, table string) string {
	t.Helper()
	engine, err := server.QueryIn(t.Context(), database, "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = '"+table+"'")
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func TestRetention_ASlowMigratorWhoseLockWasTakenLeavesTheRetention(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	dsn := server.DSN(database)
	rest, _ := strings.CutPrefix(dsn, "clickhouse://")
	user, hostAndPath, hasUser := strings.Cut(rest, "@")
	if !hasUser {
		user, hostAndPath = "", rest
	}
	host, path, _ := strings.Cut(hostAndPath, "/")
	proxy := newHoldingProxy(t, host, "ALTER TABLE llm_call_rows MODIFY TTL")
	through := "clickhouse://"
	if hasUser {
		through += user + "@"
	}
	slow := openAlone(t, through+proxy.address+"/"+path)
	done := make(chan error, 1)
	go func() { done <- slow.Migrate(t.Context()) }()
	select {
	case <-proxy.held:
	case err := <-done:
		t.Fatalf("migrated without setting a retention: %v", err)
	case <-time.After(2 * time.Minute):
		t.Fatal("no migration")
	}
	execute(t, server, database, "DROP TABLE ledger_schema_lock SYNC") // as after a minute
	other := openAlone(t, dsn)
	if err := other.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := ledger.Retention{DetailDays: 365, RollupDays: 2000, LogDays: 60}
	if err := other.SetRetention(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	close(proxy.release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, store := range []*clickhouse.Store{slow, other} {
		if kept, err := store.Retention(t.Context()); err != nil || kept != want {
			t.Errorf("kept %+v, %v", kept, err)
		}
	}
	for table, interval := range map[string]string{
		"llm_call_rows": "toIntervalDay(366)", "agent_span_rows": "toIntervalDay(366)",
		"cost_hourly_rows": "toIntervalDay(2000)", "cost_daily_rows": "toIntervalDay(2000)", "log_rows": "toIntervalDay(60)",
	} {
		if engine := engineOf(t, server, database, table); !strings.Contains(engine, interval) {
			t.Errorf("%s: %s, expected %s", table, engine, interval)
		}
	}
}
