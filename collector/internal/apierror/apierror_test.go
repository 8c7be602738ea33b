package apierror_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/report"
)

func TestAnswer_ByTheKindOfTheError(t *testing.T) {
	store := func(cause ledger.Cause) error {
		return fmt.Errorf("ledger: write: %w", &ledger.StoreError{Cause: cause, Err: errors.New("of the store")})
	}
	for name, test := range map[string]struct {
		err    error
		status int
		want   string
	}{
		"a full disk":                  {store(ledger.CauseDiskFull), http.StatusServiceUnavailable, "ledger: write: of the store (hint: free disk space, then repeat the request)"},
		"a read-only disk":             {store(ledger.CauseReadOnly), http.StatusServiceUnavailable, "writable, then repeat"},
		"a store that is down":         {store(ledger.CauseUnreachable), http.StatusServiceUnavailable, "start the store"},
		"a store without memory":       {store(ledger.CauseOverloaded), http.StatusServiceUnavailable, "more memory"},
		"a wrong password":             {store(ledger.CauseAccessDenied), http.StatusServiceUnavailable, "password"},
		"another schema":               {store(ledger.CauseSchemaChanged), http.StatusServiceUnavailable, "changed by hand"},
		"a file of another process":    {store(ledger.CauseLocked), http.StatusServiceUnavailable, "stop the other process"},
		"no schema yet":                {fmt.Errorf("aggregate: %w", ledger.ErrNoSchema), http.StatusServiceUnavailable, "aggregate: the ledger has no tables yet: no collector has written to it"},
		"a newer schema":               {&ledger.SchemaNewerError{Have: 9, Known: 1}, http.StatusServiceUnavailable, "run a newer spanledger"},
		"a connection refused":         {fmt.Errorf("dial: %w", syscall.ECONNREFUSED), http.StatusServiceUnavailable, "start the store"},
		"a full folder for files":      {&os.PathError{Op: "mkdir", Path: "/tmp", Err: syscall.ENOSPC}, http.StatusServiceUnavailable, "free disk space"},
		"no answer in time":            {fmt.Errorf("write: %w", context.DeadlineExceeded), http.StatusServiceUnavailable, "start the store"},
		"an operation that is stopped": {context.Canceled, http.StatusServiceUnavailable, "context canceled"},
		"a collector that stops":       {fmt.Errorf("store: %w", apierror.ErrStopping), http.StatusServiceUnavailable, "store: the collector is shutting down"},
		"a wrong question":             {&ledger.QueryError{Field: "by", Value: "colour", Reason: "unknown"}, http.StatusBadRequest, "colour"},
		"a wrong parameter":            {fmt.Errorf("report: %w", &report.ParameterError{Parameter: "since", Value: "x", Err: errors.New("no period")}), http.StatusBadRequest, "no period"},
		"wrong prices":                 {&operate.PricesError{Setting: "gateway", Err: errors.New("no host")}, http.StatusBadRequest, "no host"},
		"a row that no store can hold": {&ledger.RowError{Field: "start", Reason: "too early"}, http.StatusBadRequest, "too early"},
		"a trace that is not there":    {fmt.Errorf("trace: %w", ledger.ErrNotFound), http.StatusNotFound, "not found"},
		"a call that is voided":        {ledger.ErrVoided, http.StatusConflict, "voided already"},
		"anything else":                {errors.New("a fault of the program"), http.StatusInternalServerError, `{"error":"a fault of the program"}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			apierror.Answer(w, test.err)
			assert.Equal(t, test.status, w.Code)
			assert.Contains(t, w.Body.String(), test.want)
			assert.Equal(t, test.status == http.StatusServiceUnavailable, w.Header().Get("Retry-After") != "")
		})
	}
}
