// Package clickhouse keeps the ledger in a ClickHouse server, over its native
// protocol and column by column.
package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/chpool"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// maxConnections bounds what one process asks of the server at a time.
	maxConnections = 8
	// dialTimeout leaves room for a server across an ocean.
	dialTimeout = 5 * time.Second
	// handshakeTimeout lets a report against a server that is stopped end within
	// ten seconds. One that is woken up by being asked answers the next attempt.
	handshakeTimeout = silence
	// clientName is the value that system.query_log shows.
	clientName = "spanledger"
)

// Store is a ledger in a ClickHouse database.
type Store struct {
	options     ch.Options
	tls         *tls.Config
	connections int32
	database    string
	cluster     cluster
	pool        *chpool.Pool
	found       atomic.Bool // the database exists
	closed      atomic.Bool

	nodesMutex sync.Mutex
	nodes      map[string]*Store // of a cluster, by address; guarded by nodesMutex

	callBlocks sync.Pool // *block[ledger.Call]
	spanBlocks sync.Pool // *block[ledger.AgentSpan]
	logBlocks  sync.Pool // *block[ledger.Log]

	resultBlocks sync.Pool // *block[ledger.Result]
}

var _ ledger.Store = (*Store)(nil)

// Open prepares connections to
//
//	clickhouse://[user[:password]@]host[:port][,host[:port]…][/database][?option=value…]
//
// and makes none: a server that is down shows in the first write or question.
// Of several hosts the next is tried when one does not answer. The port is 9000
// by default, 9440 with TLS; the database is "spanledger" by default.
//
//	secure=true          TLS, verified against the system's certificates
//	skip_verify=true     TLS without verification
//	ca_file=PATH         TLS, verified against the certificates in PATH
//	cert_file=PATH       TLS, with the client's certificate in PATH
//	key_file=PATH        the private key of cert_file
//	password_file=PATH   the password, in a file instead of the DSN
//	compression=METHOD   lz4 (default), zstd or none
//	max_connections=N    8 by default
//	cluster=NAME         the ledger is on the shards of that cluster
//	replicated=false     its tables are not replicated; of a cluster only
func Open(ctx context.Context, dsn string) (*Store, error) {
	settings, err := parseDSN(dsn)
	if err != nil {
		return nil, err
	}
	s, err := newStore(ctx, settings.options(), settings.connections)
	if err != nil {
		return nil, err
	}
	s.tls, s.cluster = settings.tls, settings.cluster
	return s, nil
}

func newStore(ctx context.Context, options ch.Options, connections int32) (*Store, error) {
	s := &Store{options: options, connections: connections, database: options.Database}
	s.callBlocks.New = func() any { return newCallBlock() }
	s.spanBlocks.New = func() any { return newSpanBlock() }
	s.logBlocks.New = func() any { return newLogBlock() }
	s.resultBlocks.New = func() any { return newResultBlock() }
	var err error
	s.pool, err = chpool.New(ctx, chpool.Options{ClientOptions: s.options, MaxConns: connections})
	if err != nil {
		return nil, s.wrap("connect", err)
	}
	return s, nil
}

// Close ends the connections. Closing twice is harmless.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.pool.Close()
	s.nodesMutex.Lock()
	defer s.nodesMutex.Unlock()
	for _, n := range s.nodes {
		n.pool.Close()
	}
	return nil
}

// do runs a statement on a connection of the pool. That the server has closed a
// connection since it was used last is noticed only now: the statement is then
// run once more, on another. A server that has started again has closed them all, so
// that each may fail. Every statement of this package may run twice, but rows of an answer
// are handed over once.
func (s *Store) do(ctx context.Context, query ch.Query) error {
	if err := s.findDatabase(ctx); err != nil {
		return err
	}
	answered := false
	if hand := query.OnResult; hand != nil {
		query.OnResult = func(ctx context.Context, block proto.Block) error {
			answered = answered || block.Rows > 0
			return hand(ctx, block)
		}
	}
	err := s.runOnce(ctx, query)
	for others := s.pool.Stat().IdleResources(); hungUp(err) && !answered && others >= 0; others-- {
		err = s.runOnce(ctx, query)
	}
	return err
}

// hungUp reports whether the server has closed the connection.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}

// wrap says what was being done to which database, and gives a missing table
// its meaning.
func (s *Store) wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	if ch.IsErr(err, proto.ErrUnknownTable, proto.ErrUnknownDatabase) {
		err = fmt.Errorf("%w (%w)", ledger.ErrNoSchema, err)
	}
	return fmt.Errorf("clickhouse %s/%s: %s: %w", s.options.Address, s.database, doing, withCause(err))
}
