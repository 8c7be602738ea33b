package filestorageextension

import (
	"context"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// watched is the file of a queue. It notes what each transaction deletes.
type watched struct {
	storage.Client

	mu       sync.Mutex
	deletes  []int // of each transaction that changes the file
	fullOnce bool  // the next request has no room
}

func (w *watched) Batch(ctx context.Context, ops ...*storage.Operation) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	sets, deletes := 0, 0
	for _, op := range ops {
		switch op.Type {
		case storage.Set:
			sets++
		case storage.Delete:
			deletes++
		}
	}
	if w.fullOnce && sets > 0 {
		w.fullOnce = false
		return syscall.ENOSPC
	}
	if sets+deletes > 0 {
		w.deletes = append(w.deletes, deletes)
	}
	return w.Client.Batch(ctx, ops...)
}

func (w *watched) seen() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.deletes
	w.deletes = nil
	return seen
}

func watchedQueue(t *testing.T) (*queueClient, *watched) {
	t.Helper()
	factory := NewFactory()
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.Directory = t.TempDir()
	made, err := factory.Create(t.Context(), extensiontest.NewNopSettings(factory.Type()), cfg)
	require.NoError(t, err)
	require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, made.Shutdown(context.Background())) })
	q := made.(*fileStorage)
	client, err := q.GetClient(t.Context(), component.KindExporter, component.NewID(component.MustNewType("nop")), "traces")
	require.NoError(t, err)
	c := client.(*queueClient)
	w := &watched{Client: c.inner}
	c.inner = w
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
	return c, w
}

// enqueue writes requests as the Collector's queue does, and deliver notes that they were
// delivered.
func enqueue(t *testing.T, c *queueClient, from, until int) error {
	t.Helper()
	for n := from; n < until; n++ {
		s := queueState{write: uint64(n + 1)}
		if err := c.Batch(t.Context(), storage.SetOperation(metadataKey, s.append(nil)), storage.SetOperation(strconv.Itoa(n), []byte("rows"))); err != nil {
			return err
		}
	}
	return nil
}

func deliver(t *testing.T, c *queueClient, from, until, written int) {
	t.Helper()
	for n := from; n < until; n++ {
		s := queueState{read: uint64(n + 1), write: uint64(written)}
		require.NoError(t, c.Batch(t.Context(), storage.SetOperation(metadataKey, s.append(nil)), storage.DeleteOperation(strconv.Itoa(n))))
	}
}

func TestQueueClient_NotesOfDeliveriesAreWrittenWithTheNextRequest(t *testing.T) {
	c, w := watchedQueue(t)
	require.NoError(t, enqueue(t, c, 0, 3))
	deliver(t, c, 0, 3, 3)
	require.NoError(t, enqueue(t, c, 3, 4))
	assert.Equal(t, []int{0, 0, 0, 3}, w.seen())

	deliver(t, c, 3, 4, 4)
	assert.Eventually(t, func() bool { return assert.ObjectsAreEqual([]int{1}, w.seen()) }, 10*time.Second, 2*noteDelay,
		"without another request, they are written soon")
}

func TestQueueClient_OnAFullDiskDeliveredRequestsMakeRoom(t *testing.T) {
	c, w := watchedQueue(t)
	require.NoError(t, enqueue(t, c, 0, 2))
	deliver(t, c, 0, 2, 2)
	w.seen()
	w.fullOnce = true
	require.NoError(t, enqueue(t, c, 2, 3))
	assert.Equal(t, []int{2, 0}, w.seen())
	value, err := c.Get(t.Context(), "2")
	require.NoError(t, err)
	assert.Equal(t, "rows", string(value))
}
