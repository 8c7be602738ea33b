package remote

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/settle"
)

// maxOperation bounds the body of an operation: a catalogue of all vendors fits.
const maxOperation = 32 << 20

// errBusy is the answer to a change while another one is running.
var errBusy = errors.New("the ledger is being changed by another command: wait until it ends")

// errNoUser is the answer to a request that names no one to forget.
var errNoUser = errors.New("user is missing: give the id of the user")

// Operations let clients change the ledger of a collector.
type Operations struct {
	// Open gives the ledger.
	Open func(ctx context.Context) (operate.Operator, error)
	// Allow says whether a request may change the ledger: its error says why not.
	// Requests that only calculate what would change are not asked about.
	Allow func(r *http.Request) error
	// Changing is told of a request that may, before it begins; nil for no one.
	Changing func(r *http.Request)
	// Stop ends operations when it is closed; nil for never.
	Stop <-chan struct{}

	one sync.Mutex // held by the request that changes the ledger
}

// Handler serves the paths below OperationsRoot.
func (o *Operations) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+retentionPath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		o.with(w, r, func(ctx context.Context, ledger operate.Operator) (any, error) { return ledger.Retention(ctx) })
	}))
	mux.HandleFunc("PUT "+retentionPath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		var want ledger.Retention
		if !readBody(w, r, &want, maxQuery) {
			return
		}
		if err := want.Validate(); err != nil {
			apierror.Refuse(w, http.StatusBadRequest, err)
			return
		}
		o.changing(w, r, true, func() {
			o.with(w, r, func(ctx context.Context, ledger operate.Operator) (any, error) {
				return want, ledger.SetRetention(ctx, want)
			})
		})
	}))
	mux.HandleFunc("POST "+expirePath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		o.changing(w, r, true, func() {
			o.stream(w, r, func(ctx context.Context, ledger operate.Operator, _ func(step)) (any, error) {
				return struct{}{}, ledger.Expire(ctx)
			})
		})
	}))
	mux.HandleFunc("POST "+repairPath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		var q periodQuestion
		if !readBody(w, r, &q, maxQuery) {
			return
		}
		o.changing(w, r, q.Apply, func() {
			o.stream(w, r, func(ctx context.Context, ledger operate.Operator, tell func(step)) (any, error) {
				return ledger.Repair(ctx, settle.RepairOptions{
					From: q.From, Until: q.Until, Apply: q.Apply, Progress: func(done time.Time) { tell(step{Done: done}) },
				})
			})
		})
	}))
	mux.HandleFunc("POST "+repricePath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		var q repriceQuestion
		if !readBody(w, r, &q, maxOperation) {
			return
		}
		o.changing(w, r, q.Apply, func() {
			o.stream(w, r, func(ctx context.Context, ledger operate.Operator, tell func(step)) (any, error) {
				return ledger.Reprice(ctx, operate.Repricing{
					From: q.From, Until: q.Until, Prices: q.Prices, Apply: q.Apply,
					Progress: func(done time.Time, calls int) { tell(step{done, calls}) },
				})
			})
		})
	}))
	mux.HandleFunc("POST "+voidPath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		var q voidQuestion
		if !readBody(w, r, &q, maxQuery) {
			return
		}
		o.changing(w, r, true, func() {
			o.with(w, r, func(ctx context.Context, ledger operate.Operator) (any, error) {
				return ledger.Void(ctx, q.Trace, q.Span, q.Reason)
			})
		})
	}))
	mux.HandleFunc("POST "+forgetPath, o.serve(func(w http.ResponseWriter, r *http.Request) {
		var q forgetQuestion
		if !readBody(w, r, &q, maxQuery) {
			return
		}
		if q.User == "" {
			apierror.Refuse(w, http.StatusBadRequest, errNoUser)
			return
		}
		o.changing(w, r, true, func() {
			o.stream(w, r, func(ctx context.Context, ledger operate.Operator, _ func(step)) (any, error) {
				calls, err := ledger.Forget(ctx, q.User)
				return forgetAnswer{calls}, err
			})
		})
	}))
	return mux
}

// serve ends the request when the collector stops.
func (o *Operations) serve(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		go func() {
			select {
			case <-o.Stop:
				cancel()
			case <-ctx.Done():
			}
		}()
		next(w, r.WithContext(ctx))
	}
}

// changing calls do if the request changes nothing, or may change the ledger and no
// other request is doing so.
func (o *Operations) changing(w http.ResponseWriter, r *http.Request, changes bool, do func()) {
	if !changes {
		do()
		return
	}
	if err := o.Allow(r); err != nil {
		apierror.Refuse(w, http.StatusForbidden, err)
		return
	}
	if !o.lock(r.Context()) {
		apierror.Refuse(w, http.StatusConflict, errBusy)
		return
	}
	defer o.one.Unlock()
	if o.Changing != nil {
		o.Changing(r)
	}
	do()
}

// lock waits a little: a client has its result before the request of it has ended.
func (o *Operations) lock(ctx context.Context) bool {
	const patience, pause = 2 * time.Second, 20 * time.Millisecond
	for begin := time.Now(); !o.one.TryLock(); {
		if time.Since(begin) > patience || ctx.Err() != nil {
			return false
		}
		time.Sleep(pause)
	}
	return true
}

// with answers at once.
func (o *Operations) with(w http.ResponseWriter, r *http.Request, do func(context.Context, operate.Operator) (any, error)) {
	operator, err := o.Open(r.Context())
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	result, err := do(r.Context(), operator)
	answer(w, result, err)
}

// stream answers with a line for each step and one for the end.
func (o *Operations) stream(w http.ResponseWriter, r *http.Request, do func(context.Context, operate.Operator, func(step)) (any, error)) {
	operator, err := o.Open(r.Context())
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	control, out := http.NewResponseController(w), json.NewEncoder(w)
	// It takes longer than any other answer.
	_, _ = control.SetReadDeadline(time.Time{}), control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	write := func(l line) { _, _ = out.Encode(l), control.Flush() }
	write(line{})
	result, err := do(r.Context(), operator, func(s step) { write(line{Progress: &s}) })
	text, unwritable := json.Marshal(result)
	if err == nil {
		err = unwritable
	}
	if err != nil {
		write(line{Error: apierror.Message(err), Status: apierror.Status(err)})
		return
	}
	write(line{Result: text})
}
