package budget_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/instrumentation/budgetguard"
)

// figures are the metrics of units, by name.
func figures(t *testing.T, units *budget.Units) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(units)
	families, err := registry.Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, f := range families {
		m := f.GetMetric()[0]
		values[f.GetName()] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
	}
	return values
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestUnits_FromAHostileClientTakeABoundedMemory(t *testing.T) {
	units := budget.NewUnits(newLedger(t))
	honest := func() budgetguard.CapState {
		return units.Report(t.Context(), report("honest", chat("mine"), 7, "0.5"))
	}
	honest()
	before := heap()
	minute := time.Now().Unix() / 60
	guard := strings.Repeat("g", 58)
	for _, test := range []struct {
		name    string
		reports int
		unit    func(report, n int) budgetguard.ReportedUnit
	}{
		{"a thousand guards each", 450, func(report, n int) budgetguard.ReportedUnit {
			return budgetguard.ReportedUnit{UnitID: chat(fmt.Sprint(report)), Source: fmt.Sprintf("%s%06d", guard, n)}
		}},
		{"one guard each", 100, func(report, n int) budgetguard.ReportedUnit {
			return budgetguard.ReportedUnit{UnitID: chat(fmt.Sprint(report, "-", n)), Source: "g"}
		}},
		{"long names", 100, func(report, n int) budgetguard.ReportedUnit {
			return budgetguard.ReportedUnit{UnitID: chat(fmt.Sprintf("%01024d", report*1000+n)), Source: "g"}
		}},
	} {
		dropped := figures(t, units)["spanledger_cap_units_dropped_total"]
		for i := range test.reports {
			var hostile budgetguard.CapReport
			for n := range budgetguard.MaxCapReport {
				u := test.unit(i, n)
				u.Count = budgetguard.Count{Calls: 1, Minute: minute}
				hostile.Units = append(hostile.Units, u)
			}
			units.Report(t.Context(), hostile)
		}
		values := figures(t, units)
		assert.Greater(t, values["spanledger_cap_units_dropped_total"], dropped, test.name)
		assert.LessOrEqual(t, values["spanledger_cap_units"], 50_000.0, test.name)
		assert.LessOrEqual(t, values["spanledger_cap_units_bytes"], float64(64<<20), test.name)
		grown := heap() - before
		t.Logf("%s: %d MB on the heap, counted as %.0f MB", test.name, grown>>20, values["spanledger_cap_units_bytes"]/(1<<20))
		assert.Less(t, grown, int64(72<<20), test.name)
	}
	state := honest()
	assert.EqualValues(t, 7, state.Units[0].Calls, "complete again with its next report")
	assert.Equal(t, "0.5", state.Units[0].Spent.String())
	runtime.KeepAlive(units)
}

func TestUnits_HaveABoundedNumberOfGuards(t *testing.T) {
	units := budget.NewUnits(newLedger(t))
	for i := range 1003 {
		units.Report(t.Context(), report(fmt.Sprint("guard-", i), chat("mine"), 1, "0"))
	}
	assert.EqualValues(t, 3, figures(t, units)["spanledger_cap_reports_refused_total"])
	state := units.Report(t.Context(), report("guard-0", chat("mine"), 5, "0"))
	assert.EqualValues(t, 1004, state.Units[0].Calls, "a guard that is known goes on")
}
