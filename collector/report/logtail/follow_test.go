package logtail_test

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/duckdb"
	"github.com/spanledger/spanledger/collector/report/logtail"
)

// record is the n-th record, which happened ago and was received now.
func record(n uint64, ago time.Duration) ledger.Log {
	now := time.Now().UTC().Truncate(time.Microsecond)
	l := ledger.Log{TraceID: ledger.TraceID{1}, Time: now.Add(-ago), Kind: ledger.LogApplication, Received: now}
	binary.BigEndian.PutUint64(l.ID[:], n)
	return l
}

func numbers(logs []ledger.Log) (all []uint64) {
	for _, l := range logs {
		all = append(all, binary.BigEndian.Uint64(l.ID[:]))
	}
	return all
}

// flaky is a reader that fails when it is told to.
type flaky struct {
	ledger.Reader
	mu  sync.Mutex
	err error
}

func (f *flaky) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *flaky) Logs(ctx context.Context, q ledger.LogQuery) ([]ledger.Log, error) {
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return f.Reader.Logs(ctx, q)
}

// TestFollow_ShowsEveryRecordOnce follows a real store while records arrive in
// every order: old ones late, several pages at one instant, the same again, and
// some while the store cannot be asked.
func TestFollow_ShowsEveryRecordOnce(t *testing.T) {
	store, err := duckdb.Open(t.Context(), ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	require.NoError(t, store.Migrate(t.Context()))
	write := func(logs ...ledger.Log) {
		require.NoError(t, store.WriteLogs(context.WithoutCancel(t.Context()), logs))
	}
	write(record(1, time.Minute), record(2, time.Second), record(3, 0))

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	shown := make(chan ledger.Log, 5000)
	trouble := make(chan error, 10)
	f := logtail.Follower{
		Show: func(logs []ledger.Log) error {
			for _, l := range logs {
				shown <- l
			}
			return nil
		},
		Trouble: func(err error) { trouble <- err },
	}
	reader := &flaky{Reader: store}
	ended := make(chan error, 1)
	go func() { ended <- f.Follow(ctx, reader, ledger.LogQuery{From: time.Now().Add(-time.Hour), Limit: 2}) }()

	wait := func(n int) (logs []ledger.Log) {
		for range n {
			select {
			case l := <-shown:
				logs = append(logs, l)
			case <-time.After(20 * time.Second):
				require.FailNow(t, "a record was not shown", "%d of %d came", len(logs), n)
			}
		}
		return logs
	}
	require.Equal(t, []uint64{2, 3}, numbers(wait(2)), "the newest two, the oldest first")
	late := record(4, 50*time.Minute)
	write(late)
	require.Equal(t, []uint64{4}, numbers(wait(1)), "late, and older than what was listed")
	write(late)

	reader.fail(errors.New("store is down"))
	require.ErrorContains(t, <-trouble, "store is down")
	const many = 2500 // pages
	batch := make([]ledger.Log, many)
	for i := range batch {
		batch[i] = record(uint64(100+i), 0)
		batch[i].Received = batch[0].Received
	}
	write(batch...)
	reader.fail(nil)
	seen := map[uint64]bool{}
	for _, n := range numbers(wait(many)) {
		require.False(t, seen[n], "record %d was shown twice", n)
		seen[n] = true
	}
	write(record(5, 0))
	require.Equal(t, []uint64{5}, numbers(wait(1)), "nothing of before is shown again")
	interrupt()
	require.NoError(t, <-ended, "an interrupt is no failure")
	require.Empty(t, trouble, "trouble is told of once")
}
