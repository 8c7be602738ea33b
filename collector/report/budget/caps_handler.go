package budget

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

// CapStatePath is where guards report, and learn of each other.
const CapStatePath = budgetguard.CapStatePath

// maxReportBytes holds a report of budgetguard.MaxCapReport units with long names.
const maxReportBytes = 4 << 20

// CapsHandler takes reports of guards in applications.
func CapsHandler(units *Units) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+CapStatePath, func(w http.ResponseWriter, r *http.Request) {
		// A browser asks before it sends this type for another site's page.
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			apierror.Refuse(w, http.StatusUnsupportedMediaType, fmt.Errorf("Content-Type %q: expected application/json", r.Header.Get("Content-Type")))
			return
		}
		var report budgetguard.CapReport
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReportBytes)).Decode(&report); err != nil {
			apierror.Refuse(w, http.StatusBadRequest, fmt.Errorf("report of caps: %w", err))
			return
		}
		if err := checkReport(&report); err != nil {
			apierror.Refuse(w, http.StatusBadRequest, fmt.Errorf("report of caps: %w", err))
			return
		}
		body, err := json.Marshal(units.Report(r.Context(), report))
		if err != nil {
			apierror.Answer(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(body)
	})
	return mux
}

// checkReport reports the first thing of a report that cannot be.
func checkReport(report *budgetguard.CapReport) error {
	if len(report.Units) > budgetguard.MaxCapReport {
		return fmt.Errorf("units: %d of them: send at most %d at a time", len(report.Units), budgetguard.MaxCapReport)
	}
	for i := range report.Units {
		u := &report.Units[i]
		var err error
		switch {
		case u.Per == budgetguard.PerRun:
			_, err = ledger.ParseTraceID(u.ID)
		case u.Per != budgetguard.PerConversation:
			err = fmt.Errorf("per %q: expected run or conversation", u.Per)
		case u.ID == "" || len(u.ID) > ledger.MaxTextBytes:
			err = fmt.Errorf("id of %d bytes: expected 1 to %d", len(u.ID), ledger.MaxTextBytes)
		}
		switch {
		case err != nil:
		case u.Source == "" || len(u.Source) > 64:
			err = fmt.Errorf("source of %d bytes: expected 1 to 64", len(u.Source))
		case u.Calls < 0 || u.Calls > 1e12 || u.MinuteCalls < 0 || u.MinuteCalls > u.Calls || u.Minute < 0 || u.Minute > 1e12:
			err = errors.New("calls, minute or minute_calls: out of range")
		case !ledger.ValidAmount(u.Spent):
			err = errors.New("spent_usd: out of range")
		}
		if err != nil {
			return fmt.Errorf("units[%d]: %w", i, err)
		}
	}
	return nil
}
