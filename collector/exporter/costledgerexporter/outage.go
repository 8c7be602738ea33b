package costledgerexporter

import (
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/ledger"
)

const (
	// repeatAfter is how often a cause that continues, or comes and goes, is logged.
	repeatAfter = 10 * time.Minute
	// calm is how long no write may have failed for an outage to be over: on a
	// full disk small writes still succeed now and then.
	calm = 10 * time.Second
	// silence is how long after the last failure an outage is not known to continue:
	// a write that failed is repeated more often than this.
	silence = 2 * time.Minute
)

// outage logs once what keeps rows from being written, again if it continues,
// and when it is over. Every retry of every batch fails while it lasts.
type outage struct {
	begun, ended string // messages

	logger *zap.Logger
	now    func() time.Time

	mu     sync.Mutex
	said   map[ledger.Cause]time.Time
	cause  ledger.Cause // the last one; "" while all is well
	since  time.Time    // of the first failure
	last   time.Time    // failure
	failed int          // writes since
}

func newOutage(logger *zap.Logger) *outage {
	return &outage{
		begun: "The ledger cannot be written; new rows wait in the queue", ended: "The ledger is written again",
		logger: logger, now: time.Now, said: make(map[ledger.Cause]time.Time),
	}
}

// newRefusal is the outage of a queue on disk that cannot take what arrives.
func newRefusal(logger *zap.Logger) *outage {
	o := newOutage(logger)
	o.begun, o.ended = "The queue cannot be written; senders are refused and must send again", "The queue is written again"
	return o
}

// add takes note of a write that failed, and returns the cause.
func (o *outage) add(err error) ledger.Cause {
	cause := ledger.CauseOf(err)
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	if o.cause == "" {
		o.since, o.failed = now, 0
	}
	o.cause, o.last = cause, now
	o.failed++
	if said, before := o.said[cause]; before && now.Sub(said) < repeatAfter {
		return cause
	}
	o.said[cause] = now
	fields := []zap.Field{zap.Error(err), zap.String("cause", string(cause)), zap.Int("writes_failed", o.failed)}
	if hint := cause.Hint(); hint != "" {
		fields = append(fields, zap.String("hint", hint))
	}
	o.logger.Error(o.begun, fields...)
	return cause
}

// state is the present cause, and since when; empty while all is well.
func (o *outage) state() (ledger.Cause, time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.now().Sub(o.last) > silence {
		return "", time.Time{}
	}
	return o.cause, o.since
}

// over takes note of a write that succeeded.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cause == "" || o.now().Sub(o.last) < calm {
		return
	}
	o.logger.Info(o.ended, zap.String("cause", string(o.cause)),
		zap.Int("writes_failed", o.failed), zap.Duration("after", o.last.Sub(o.since)))
	o.cause = ""
}
