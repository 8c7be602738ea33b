package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// silence is how long a server may send nothing while it answers a question. One
// that is at work reports its progress ten times a second, however long it takes.
const silence = 8 * time.Second

// lookUp is how often a statement that waits for the server sees that its context
// has ended. A context without a deadline is not seen otherwise.
const lookUp = time.Second

var errSilent = &ledger.StoreError{
	Cause: ledger.CauseUnreachable,
	Err:   fmt.Errorf("the server has sent nothing for %s: it is stopped, or the network to it is cut", silence),
}

// runOnce runs a statement on a connection of the pool.
func (s *Store) runOnce(ctx context.Context, query ch.Query) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return unanswered(ctx, err)
	}
	defer conn.Release()
	return watched(ctx, query, conn.Do)
}

// watched runs a statement by run. A question ends when the server is silent; a
// write ends with its context alone, since a server may be silent while it waits
// for its disk or for other replicas.
func watched(ctx context.Context, query ch.Query, run func(context.Context, ch.Query) error) error {
	if query.Result == nil || len(query.Input) > 0 {
		return run(ctx, query)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(silence, func() { cancel(errSilent) })
	defer watch.Stop()
	progress, result := query.OnProgress, query.OnResult
	query.OnProgress = func(ctx context.Context, p proto.Progress) error {
		watch.Reset(silence)
		if progress == nil {
			return nil
		}
		return progress(ctx, p)
	}
	if result != nil {
		query.OnResult = func(ctx context.Context, block proto.Block) error {
			watch.Stop() // what is done with the rows is not the server's time
			defer watch.Reset(silence)
			return result(ctx, block)
		}
	}
	err := run(ctx, query)
	if err != nil && errors.Is(context.Cause(ctx), errSilent) {
		return errSilent
	}
	return err
}

// unanswered names the cause of a connection that could not be made, or was made and not answered: the
// deadline of the handshake or the one of its first read has passed, whichever came
// first. A deadline of the caller stays what it is.
func unanswered(ctx context.Context, err error) error {
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)) {
		return errSilent
	}
	return withoutSteps(err)
}

// watchedConn bounds reads. The client sets a deadline for the first byte of a
// packet, which is looked at more often here once the server has said hello, and
// none for the rest: a server that has begun a packet sends it.
type watchedConn struct {
	net.Conn
	bounded atomic.Bool // by the client
	greeted atomic.Bool
}

func (c *watchedConn) SetReadDeadline(t time.Time) error {
	c.bounded.Store(!t.IsZero())
	if soon := time.Now().Add(lookUp); c.greeted.Load() && t.After(soon) {
		t = soon
	}
	return c.Conn.SetReadDeadline(t)
}

func (c *watchedConn) Read(b []byte) (int, error) {
	if !c.bounded.Load() {
		if err := c.Conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
			return 0, err
		}
	}
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.greeted.Store(true)
	}
	return n, err
}
