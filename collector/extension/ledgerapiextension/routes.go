package ledgerapiextension

import (
	"fmt"
	"net/http"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/reportapi"
)

// routes are the protocol of the command line, reports for any program, and
// budgets when there is a file of them.
func routes(reader ledger.Reader, budgets string) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("/", remote.Handler(reader))
	reports := reportapi.Handler(reader)
	mux.Handle(reportapi.Prefix, reports)
	mux.Handle(reportapi.SpecPath, reports)
	if budgets == "" {
		return mux, nil
	}
	file, err := os.Open(budgets)
	if err != nil {
		return nil, fmt.Errorf("budgets: %w", err)
	}
	defer file.Close()
	plan, err := budget.ReadPlan(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", budgets, err)
	}
	exporter := budget.NewExporter(plan, reader)
	registry := prometheus.NewRegistry()
	registry.MustRegister(exporter)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	states := budget.Handler(exporter)
	mux.Handle(budget.StatusPath, states)
	mux.Handle(budget.StatePath, states)
	return mux, nil
}
