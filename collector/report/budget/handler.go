package budget

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

// Paths that Handler serves.
const (
	StatusPath = "/v1/budgets"
	StatePath  = budgetguard.StatePath
)

// Handler serves the statuses of the exporter's plan: as the command line's JSON
// to people and programs, and as state to the guards in applications, with an
// ETag and how long it is valid.
func Handler(exporter *Exporter) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+StatusPath, func(w http.ResponseWriter, r *http.Request) {
		statuses, _, err := exporter.Statuses(r.Context())
		if err != nil {
			apierror.Answer(w, err)
			return
		}
		var body bytes.Buffer
		if err := format.Write(&body, format.JSONFormat, statuses.Document(), format.Options{}); err != nil {
			apierror.Answer(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = body.WriteTo(w)
	})
	mux.HandleFunc("GET "+StatePath, func(w http.ResponseWriter, r *http.Request) {
		statuses, asOf, err := exporter.Statuses(r.Context())
		if err != nil {
			apierror.Answer(w, err)
			return
		}
		state := statuses.State(asOf)
		state.Caps = exporter.plan.Caps
		figures, err := json.Marshal(budgetguard.State{Budgets: state.Budgets, Caps: state.Caps})
		if err != nil {
			apierror.Answer(w, err)
			return
		}
		// Without as_of: figures that did not change need not be sent again because
		// they were looked at again.
		sum := sha256.Sum256(figures)
		etag := `"` + hex.EncodeToString(sum[:16]) + `"`
		w.Header().Set("ETag", etag)
		w.Header().Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(statusAge.Seconds())))
		if matches(r.Header.Get("If-None-Match"), etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body, err := json.Marshal(state)
		if err != nil {
			apierror.Answer(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
	return mux
}

// matches reads If-None-Match. What is between may have made the tag weak,
// by compressing the answer.
func matches(header, etag string) bool {
	tags := strings.Split(header, ",")
	return slices.ContainsFunc(tags, func(tag string) bool {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		return tag == etag || tag == "*"
	})
}
