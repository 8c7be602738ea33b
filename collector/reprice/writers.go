package reprice

import (
	"context"
	"sync"
	"time"
)

// maxWriters is how many windows are written at a time. The statements of a window run one
// after the other, and a server runs each on one core; a third window is read meanwhile.
const maxWriters = 2

// writers run the writing of windows, until one of them fails or the context ends.
type writers struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	slots  chan struct{}

	running sync.WaitGroup

	mutex sync.Mutex
	calls int       // of windows that are done; guarded by mutex
	until time.Time // the end of the last of them; guarded by mutex
}

func newWriters(ctx context.Context) *writers {
	w := &writers{slots: make(chan struct{}, maxWriters)}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	return w
}

// begin waits for a writer that is free, and reports whether to go on.
func (w *writers) begin() bool {
	select {
	case w.slots <- struct{}{}:
		return w.ctx.Err() == nil
	case <-w.ctx.Done():
		return false
	}
}

// run writes by the writer that begin has waited for.
func (w *writers) run(write func(context.Context) error) {
	w.running.Go(func() {
		if err := write(w.ctx); err != nil {
			w.cancel(err)
		}
		<-w.slots
	})
}

// tell reports a window that is done.
func (w *writers) tell(progress func(done time.Time, calls int), until time.Time, calls int) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.calls += calls
	if until.After(w.until) {
		w.until = until
	}
	if progress != nil {
		progress(w.until, w.calls)
	}
}

// wait returns when every writer is done: why one failed first, or the context ended.
func (w *writers) wait() error {
	w.running.Wait()
	err := context.Cause(w.ctx)
	w.cancel(nil)
	return err
}
