package reportapi

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/outcomes"
)

// OutcomesPath takes statements about outcomes.
const OutcomesPath = Root + "outcomes"

// Bounds of one request.
const (
	maxOutcomes     = 10_000
	maxOutcomeBytes = 8 << 20
)

// WithOutcomes takes statements about outcomes at OutcomesPath and hands them to write.
// The default, nil, is that none are taken.
func WithOutcomes(write func(context.Context, []ledger.Result) error) Option {
	return optionFunc(func(c *config) { c.outcomes = write })
}

// takeOutcomes stores all statements of a request, or none.
func (c *config) takeOutcomes(w http.ResponseWriter, r *http.Request) {
	// A page of another site can send a form, or plain text, but no JSON.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, fmt.Errorf("content type %q: expected application/json", r.Header.Get("Content-Type")))
		return
	}
	if err := checkQuery(r); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	var body struct {
		Outcomes []outcomes.Statement `json:"outcomes"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOutcomeBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("body: %w", err))
		return
	}
	if n := len(body.Outcomes); n == 0 || n > maxOutcomes {
		refuse(w, http.StatusBadRequest, fmt.Errorf("outcomes: %d given, expected 1 to %d", n, maxOutcomes))
		return
	}
	results, err := outcomes.Results(body.Outcomes, time.Now())
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	if err := c.outcomes(r.Context(), results); err != nil {
		refuseAnswer(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]int{"stored": len(results)})
}
