package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/collector/report/format"
)

// maxModelsNamed bounds the models that a note names for one reason.
const maxModelsNamed = 3

// modelOf a problem, with the provider under which a price file prices it.
func modelOf(p *Problem) string {
	if p.Provider == "" {
		return Label("model", p.Model)
	}
	return p.Provider + "/" + Label("model", p.Model)
}

// reasonNotes say why calls have no cost, a line for each reason: how many, of
// which models, and the fix for the calls of the period.
func reasonNotes(problems []Problem, period Period) []string {
	var reasons []string
	requests, models := map[string]int64{}, map[string][]string{}
	for _, p := range problems {
		if !slices.Contains(reasons, p.Reason) {
			reasons = append(reasons, p.Reason)
		}
		requests[p.Reason] += p.Requests
		if model := modelOf(&p); !slices.Contains(models[p.Reason], model) {
			models[p.Reason] = append(models[p.Reason], model)
		}
	}
	var notes []string
	for _, reason := range reasons {
		named := models[reason]
		if extra := len(named) - maxModelsNamed; extra > 0 {
			named = append(slices.Clone(named[:maxModelsNamed]), fmt.Sprintf("%d more", extra))
		}
		why := explain.Why(reason, period.Flags())
		note := fmt.Sprintf("%s (%s): %s", format.Counted(requests[reason], "request"), strings.Join(named, ", "), why.Text)
		if why.Fix != "" {
			note += " Fix: " + why.Fix + "."
		}
		notes = append(notes, note)
	}
	return notes
}
