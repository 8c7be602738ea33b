package ledgerapiextension

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/chargeback"
	"github.com/spanledger/spanledger/collector/report/mcpserver"
	"github.com/spanledger/spanledger/collector/report/reportapi"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// metricsPath is where Prometheus looks.
const metricsPath = "/metrics"

// mcpPath is where coding agents ask, over the Model Context Protocol.
const mcpPath = "/mcp"

// routes are the protocol of the command line, reports for any program, and
// budgets when there is a file of them. The metrics are among all of them, and
// alone as well.
func (a *api) routes() (all, metrics http.Handler, err error) {
	reader, config := ledger.Reader(a.reader), a.config
	mux := http.NewServeMux()
	mux.Handle(remote.Root, remote.Handler(reader))
	store, _, _ := strings.Cut(string(config.Store), "://")
	options := []reportapi.Option{
		reportapi.WithVersion(a.version, store), reportapi.WithTraceURL(config.TraceURL),
		reportapi.WithDeadLetters(config.DeadLetter), reportapi.WithStop(a.stopping),
		reportapi.WithQueues(a.queues.states), reportapi.WithOTLPPorts(a.otlp.known),
		reportapi.WithUnread(a.unread.counts),
		reportapi.WithOutcomes(a.reader.WriteResults),
	}
	prices := pricing.Default()
	if config.PriceFile != "" {
		if prices, err = readPrices(config.PriceFile); err != nil {
			return nil, nil, fmt.Errorf("price_file: %w", err)
		}
		options = append(options, reportapi.WithPrices(prices))
	}
	mux.Handle(remote.OperationsRoot, a.operations(prices))
	registry := prometheus.NewRegistry()
	if config.Budgets != "" {
		plan, err := readFile(config.Budgets, budget.ReadPlan)
		if err != nil {
			return nil, nil, fmt.Errorf("budgets: %w", err)
		}
		exporter := budget.NewExporter(plan, reader)
		registry.MustRegister(exporter)
		states := budget.Handler(exporter)
		mux.Handle(budget.StatePath, states)
		options = append(options, reportapi.WithBudgets(states))
	}
	var rules chargeback.Rules
	var book *chargeback.Book
	if config.ChargebackRules != "" {
		if rules, err = chargeback.ReadRulesFile(config.ChargebackRules); err != nil {
			return nil, nil, fmt.Errorf("chargeback_rules: %w", err)
		}
		options = append(options, reportapi.WithChargebackRules(rules))
	}
	if config.ChargebackBook != "" {
		book = chargeback.OpenBook(config.ChargebackBook)
		options = append(options, reportapi.WithChargebackBook(book))
	}
	if config.Revenue != "" {
		readRevenue := func() (*report.Revenue, error) { return report.ReadRevenueFile(config.Revenue) }
		if _, err := readRevenue(); err != nil {
			return nil, nil, fmt.Errorf("revenue: %w", err)
		}
		options = append(options, reportapi.WithRevenue(readRevenue))
	}
	reports := reportapi.Handler(reader, options...)
	mux.Handle(reportapi.Root, reports)
	mux.Handle("/openapi.yaml", reports)
	tools, err := mcpserver.New(reports, a.version)
	if err != nil {
		return nil, nil, fmt.Errorf("mcp: %w", err)
	}
	mux.Handle(mcpPath, mcpserver.HTTPHandler(tools))
	registry.MustRegister(chargeback.NewExporter(book, rules, reader))
	own := http.NewServeMux()
	own.Handle("GET "+metricsPath, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.Handle(metricsPath, own)
	units := budget.NewUnits(reader)
	registry.MustRegister(units)
	mux.Handle(budget.CapStatePath, budget.CapsHandler(units))
	return mux, own, nil
}

// readPrices lays a file over the built-in prices.
func readPrices(path string) (*pricing.Catalogue, error) {
	data, err := plainfile.Read(path)
	if err != nil {
		return nil, err
	}
	over, err := pricing.Parse(path, data)
	if err != nil {
		return nil, err
	}
	return pricing.Default().With(over)
}

func readFile[T any](path string, read func(io.Reader) (T, error)) (content T, err error) {
	file, err := plainfile.Open(path)
	if err != nil {
		return content, err
	}
	defer file.Close()
	if content, err = read(file); err != nil {
		return content, fmt.Errorf("%s: %w", path, err)
	}
	return content, nil
}
