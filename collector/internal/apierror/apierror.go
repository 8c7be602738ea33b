package apierror

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// ErrStopping is the error of requests that arrive while the collector shuts down.
var ErrStopping = errors.New("the collector is shutting down")

// retryAfter is when a client may repeat a request that failed because of the store.
const retryAfter = 10 * time.Second

// requestError is the error of a request that fails in the same way when it is
// repeated.
type requestError interface {
	error
	InvalidRequest()
}

// Status is the status of an answer to a request that failed. 503 means that the same
// request may succeed later: the store is full, read-only, overloaded or unreachable, or
// an operator has to change something there. Only errors that are not known are 500.
func Status(err error) int {
	var request requestError
	var row *ledger.RowError
	switch {
	case errors.As(err, &request), errors.As(err, &row):
		return http.StatusBadRequest
	case errors.Is(err, ledger.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, ledger.ErrVoided):
		return http.StatusConflict
	case errors.Is(err, ErrStopping), errors.Is(err, context.Canceled), ledger.CauseOf(err) != ledger.CauseOther:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Message is the error for a client, with a hint if the store is the reason.
func Message(err error) string {
	cause := ledger.CauseOf(err)
	if Status(err) != http.StatusServiceUnavailable || cause == ledger.CauseNoSchema || cause.Hint() == "" {
		return err.Error()
	}
	return err.Error() + " (hint: " + cause.Hint() + ", then repeat the request)"
}

// Answer answers a request that failed.
func Answer(w http.ResponseWriter, err error) { write(w, Status(err), Message(err)) }

// Refuse answers a request with a status that the error itself does not have.
func Refuse(w http.ResponseWriter, status int, err error) { write(w, status, err.Error()) }

func write(w http.ResponseWriter, status int, message string) {
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Body{message})
}

// Body is the body of an answer to a request that failed.
type Body struct {
	Error string `json:"error"`
}
