package filestorageextension

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
)

// deletesAtOnce bounds one transaction.
const deletesAtOnce = 1000

// Notes that requests were delivered are written with the next request, since each
// transaction writes the requests next to it in the file again; or after noteDelay, or when
// notesAtOnce have come.
const (
	noteDelay   = 200 * time.Millisecond
	notesAtOnce = 64
)

// errBroken is the answer of a file that turned out to be damaged while in use.
var errBroken = errors.New("the queue file is damaged: restart the collector, which renames the file and keeps the requests that can be read")

// queueClient is the file of one queue. The Collector's queue gives up a request
// when the note that it was taken out, or delivered, cannot be written. Here
// these notes never fail: they wait for the next write that succeeds. When the
// process ends before, the requests are exported once more, as after any crash.
type queueClient struct {
	inner   storage.Client
	path    string
	logger  *zap.Logger
	damaged metric.Int64Counter

	mu       sync.Mutex
	resumed  resumption
	state    []byte      // not written yet; nil = all is
	deletes  []string    // not carried out yet
	later    *time.Timer // writes notes that no request came with; nil = none waits
	unread   []uint64    // numbers in the file; reading them failed for now
	lagging  bool        // the last write of notes failed
	unusable error
}

// newQueueClient reads the state of the queue. A state that cannot be read is an
// error: the queue would begin with number 0 and write over what waits.
func newQueueClient(ctx context.Context, inner storage.Client, path string, logger *zap.Logger, damaged metric.Int64Counter) (*queueClient, error) {
	c := &queueClient{inner: inner, path: path, logger: logger, damaged: damaged}
	op := storage.GetOperation(metadataKey)
	if err := c.do(ctx, op); err != nil {
		return nil, fmt.Errorf("queue file %s: %w", path, err)
	}
	s, err := parseState(op.Value)
	if err != nil {
		return nil, fmt.Errorf("queue file %s: %w: run the release that wrote it until the queue is empty, or move the file away and lose the requests in it", path, err)
	}
	c.resumed, _ = resume(s)
	return c, nil
}

// do carries out operations on the file. bbolt panics on pages that contradict
// each other, and memory that maps a file cut short cannot be read.
func (c *queueClient) do(ctx context.Context, ops ...*storage.Operation) error {
	if c.unusable != nil {
		return c.unusable
	}
	err := guarded(func() error { return c.inner.Batch(ctx, ops...) })
	if _, ok := errors.AsType[*panicError](err); ok {
		c.unusable = errBroken
		c.logger.Error("The queue file is damaged; senders are refused", zap.String("file", c.path), zap.Error(err),
			zap.String("hint", "restart the collector: it renames the file and keeps the requests that can be read"))
		return c.unusable
	}
	return err
}

type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprint(e.value) }

func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p}
		}
	}()
	return f()
}

func (c *queueClient) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := c.Batch(ctx, op)
	return op.Value, err
}

func (c *queueClient) Set(ctx context.Context, key string, value []byte) error {
	return c.Batch(ctx, storage.SetOperation(key, value))
}

func (c *queueClient) Delete(ctx context.Context, key string) error {
	return c.Batch(ctx, storage.DeleteOperation(key))
}

// Batch implements storage.Client. Only a request that is to be kept has to be
// written now.
func (c *queueClient) Batch(ctx context.Context, ops ...*storage.Operation) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var sets, gets, deletes []*storage.Operation
	for _, op := range ops {
		switch {
		case op.Type == storage.Get:
			gets = append(gets, op)
		case op.Type == storage.Delete:
			deletes = append(deletes, op)
		case op.Key == metadataKey:
			s, err := parseState(op.Value)
			if err != nil {
				return err
			}
			s = c.resumed.file(s)
			s.exporting = append(s.exporting, c.unread...)
			c.state = s.append(nil)
		default:
			sets = append(sets, op)
		}
	}
	if len(sets) > 0 {
		if err := c.put(ctx, sets); err != nil {
			return err
		}
	}
	if err := c.get(ctx, gets); err != nil {
		return err
	}
	for _, op := range deletes {
		key := c.key(op.Key)
		if n, err := strconv.ParseUint(key, 10, 64); err == nil && slices.Contains(c.unread, n) {
			continue // the queue gives up what it could not read; the next start reads it
		}
		c.deletes = append(c.deletes, key)
	}
	switch {
	case len(deletes) > 0 && len(c.deletes) < notesAtOnce:
		if c.later == nil {
			c.later = time.AfterFunc(noteDelay, c.noteLater)
		}
	case len(deletes) > 0 || len(sets)+len(gets) == 0:
		c.note(ctx)
	}
	return nil
}

// noteLater writes the notes that wait.
func (c *queueClient) noteLater() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.later != nil {
		c.later = nil
		c.note(context.Background())
	}
}

// key is where a key of the queue is in the file.
func (c *queueClient) key(key string) string {
	n, err := strconv.ParseUint(key, 10, 64)
	if err != nil {
		return key
	}
	return strconv.FormatUint(c.resumed.number(n), 10)
}

// put writes requests, and the notes that wait with them. On a full disk the deletes come
// first: they make room.
func (c *queueClient) put(ctx context.Context, sets []*storage.Operation) error {
	ops := make([]*storage.Operation, 0, len(sets)+1)
	if c.state != nil {
		ops = append(ops, storage.SetOperation(metadataKey, c.state))
	}
	for _, op := range sets {
		ops = append(ops, storage.SetOperation(c.key(op.Key), sealed(op.Value)))
	}
	deletes := deleteOperations(c.deletes[:min(len(c.deletes), deletesAtOnce)])
	err := c.do(ctx, slices.Concat(deletes, ops)...)
	if err != nil && len(deletes) > 0 && c.do(ctx, deletes...) == nil {
		c.deletes = slices.Delete(c.deletes, 0, len(deletes))
		deletes = nil
		err = c.do(ctx, ops...)
	}
	if err != nil {
		return err
	}
	c.state, c.deletes = nil, slices.Delete(c.deletes, 0, len(deletes))
	return nil
}

func deleteOperations(keys []string) []*storage.Operation {
	ops := make([]*storage.Operation, len(keys))
	for i, key := range keys {
		ops[i] = storage.DeleteOperation(key)
	}
	return ops
}

func (c *queueClient) get(ctx context.Context, gets []*storage.Operation) error {
	if len(gets) == 0 {
		return nil
	}
	ops := make([]*storage.Operation, len(gets))
	for i, op := range gets {
		ops[i] = storage.GetOperation(c.key(op.Key))
	}
	if err := c.do(ctx, ops...); err != nil {
		for _, op := range ops {
			if n, bad := strconv.ParseUint(op.Key, 10, 64); bad == nil {
				c.unread = append(c.unread, n)
				c.logger.Error("A request in the queue cannot be read; it is read again at the next start",
					zap.String("file", c.path), zap.String("request", op.Key), zap.Error(err))
			}
		}
		return err
	}
	for i, op := range gets {
		op.Value = ops[i].Value
		if op.Key == metadataKey {
			if err := c.presented(op); err != nil {
				return err
			}
			continue
		}
		var v verdict
		if op.Value, v = unseal(op.Value); v == broken {
			c.damaged.Add(ctx, 1)
			c.logger.Error("A request in the queue is damaged and is skipped", zap.String("file", c.path), zap.String("request", ops[i].Key),
				zap.Int("bytes", len(ops[i].Value)), zap.String("hint", "check the disk and the memory of this machine"))
			return fmt.Errorf("queue file %s: request %s is damaged", c.path, ops[i].Key)
		}
	}
	return nil
}

// presented replaces the state in the file by that for the queue.
func (c *queueClient) presented(op *storage.Operation) error {
	if op.Value == nil {
		return nil
	}
	s, err := parseState(op.Value)
	if err != nil {
		return err
	}
	c.resumed, s = resume(s)
	op.Value = s.append(nil)
	return nil
}

// note writes the state and carries out the deletes, or leaves both for the next
// time.
func (c *queueClient) note(ctx context.Context) {
	for c.state != nil || len(c.deletes) > 0 {
		n := min(len(c.deletes), deletesAtOnce)
		var ops []*storage.Operation
		if c.state != nil {
			ops = append(ops, storage.SetOperation(metadataKey, c.state))
		}
		ops = append(ops, deleteOperations(c.deletes[:n])...)
		if err := c.do(ctx, ops...); err != nil {
			if !c.lagging {
				c.logger.Warn("The queue file cannot be written; delivered requests stay in it for now", zap.String("file", c.path), zap.Error(err))
			}
			c.lagging = true
			return
		}
		c.state, c.deletes = nil, slices.Delete(c.deletes, 0, n)
	}
	c.lagging = false
}

// Close writes what is left to note.
func (c *queueClient) Close(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.later != nil {
		c.later.Stop()
		c.later = nil
	}
	c.note(ctx)
	if c.unusable != nil {
		return nil // a transaction that panicked may hold the file's lock
	}
	return guarded(func() error { return c.inner.Close(ctx) })
}
