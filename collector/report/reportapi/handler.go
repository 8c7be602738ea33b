package reportapi

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/internal/gzipped"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/budget"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/collector/report/optimize"
)

// Paths that Handler serves.
const (
	Root     = "/v1/" // all but oldSpecPath are below it
	Prefix   = Root + "reports/"
	SpecPath = Root + "openapi.yaml"

	// oldSpecPath is where the description was first.
	oldSpecPath = "/openapi.yaml"
)

// zippedSpec is openapi.yaml, compressed: the binary is ninety kilobytes smaller for it.
//
//go:embed openapi.yaml.gz
var zippedSpec []byte

// reportResult is the answer to any question.
type reportResult interface {
	Document() *format.Document
}

// standard is the period of a report asked without one.
type standard struct {
	length string // up to now
	days   int    // instead of length: calendar days, today among them
}

// question is one report: its standard period, parameters that only it has, and
// how it is asked.
type question struct {
	since standard
	own   []string
	ask   func(context.Context, ledger.Reader, parameters) (reportResult, error)
}

// questions by name.
var questions = map[string]question{
	"anomalies": {standard{length: "24h"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Anomalies(ctx, reader, report.AnomaliesQuestion{Period: p.period, By: p.by, Where: p.where})
	}},
	"calls":         {standard{length: "24h"}, []string{sortParameter, offsetParameter, traceParameter, errorsParameter, minCostParameter}, askCalls},
	"conversations": {standard{length: "7d"}, []string{sortParameter, offsetParameter}, askConversations},
	"traces":        {standard{length: "7d"}, []string{sortParameter, offsetParameter, errorsParameter, minCostParameter}, askTraces},

	"cost": {standard{length: "7d"}, []string{sortParameter, offsetParameter, percentilesParameter}, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		offset, err := p.offset()
		if err != nil {
			return nil, err
		}
		percentiles, err := p.flag(percentilesParameter, true)
		if err != nil {
			return nil, err
		}
		return report.Cost(ctx, reader, report.CostQuestion{
			Period: p.period, By: p.by, Where: p.where, Top: p.top, Sort: report.CostSort(p.query.Get(sortParameter)), Offset: offset,
			WithoutPercentiles: !percentiles,
		})
	}},
	"daily": {standard{days: 30}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Daily(ctx, reader, report.DailyQuestion{Period: p.period, Where: p.where})
	}},
	"errors": {standard{length: "7d"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Errors(ctx, reader, report.ErrorsQuestion{Period: p.period, By: p.by, Where: p.where, Top: p.top})
	}},
	"forecast": {standard{length: "24h"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		now := time.Now().In(p.period.Zone)
		month := report.Month(now.Year(), now.Month(), p.period.Zone)
		return report.Forecast(ctx, reader, report.ForecastQuestion{Period: month, Now: now, By: p.by, Where: p.where})
	}},
	"latency": {standard{length: "7d"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Latency(ctx, reader, report.LatencyQuestion{Period: p.period, By: p.by, Where: p.where, Top: p.top})
	}},
	"logs": {standard{length: "24h"}, []string{traceParameter}, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		trace, err := p.trace()
		if err != nil {
			return nil, err
		}
		return report.Logs(ctx, reader, report.LogsQuestion{Period: p.period, Trace: trace, Where: p.where, Top: p.top})
	}},
	"optimize": {standard{length: "7d"}, []string{minCallsParameter, minSavingParameter, batchableParameter, retentionParameter, appliedParameter}, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		settings, err := p.optimizeSettings()
		if err != nil {
			return nil, err
		}
		question := optimize.Question{Period: p.period, Where: p.where, Settings: settings}
		if p.query.Has(appliedParameter) {
			at, err := p.instant(appliedParameter)
			if err != nil {
				return nil, err
			}
			return optimize.Applied(ctx, reader, question, at)
		}
		return optimize.Find(ctx, reader, question)
	}},
	"peaks": {standard{length: "28d"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Peaks(ctx, reader, report.PeaksQuestion{Period: p.period, Where: p.where, Top: p.top})
	}},
	"cache": {standard{length: "24h"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Cache(ctx, reader, report.CacheQuestion{Period: p.period, Where: p.where, Top: p.top})
	}},
	"quality": {standard{length: "7d"}, []string{evaluationParameter, passFromParameter}, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		from, err := report.ParsePassFrom(p.query.Get(passFromParameter))
		if err != nil {
			return nil, err
		}
		return report.Quality(ctx, reader, report.QualityQuestion{
			Period: p.period, By: p.by, Where: p.where, Evaluation: p.query.Get(evaluationParameter), PassFrom: from, Top: p.top,
		})
	}},
	"unit": {standard{length: "30d"}, []string{outcomeParameter}, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		revenue, err := p.config.revenueBy(p.by)
		if err != nil {
			return nil, err
		}
		return report.Unit(ctx, reader, report.UnitQuestion{
			Period: p.period, Outcome: p.query.Get(outcomeParameter), By: p.by, Where: p.where, Revenue: revenue, Top: p.top,
		})
	}},
	"context": {standard{length: "24h"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Context(ctx, reader, report.ContextQuestion{Period: p.period, By: p.by, Where: p.where, Top: p.top})
	}},
	"waste": {standard{length: "7d"}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Waste(ctx, reader, report.WasteQuestion{Period: p.period, Where: p.where, Top: p.top})
	}},
	"summary": {standard{days: 7}, nil, func(ctx context.Context, reader ledger.Reader, p parameters) (reportResult, error) {
		return report.Summary(ctx, reader, report.SummaryQuestion{Period: p.period, Where: p.where, Top: p.top})
	}},
}

// Handler answers questions from reader. It writes nothing but outcomes.
func Handler(reader ledger.Reader, opts ...Option) http.Handler {
	mux, c := http.NewServeMux(), newConfig(opts)
	for path, serve := range c.routes(reader) {
		mux.HandleFunc("GET "+path, serve)
	}
	if c.outcomes != nil {
		mux.HandleFunc("POST "+OutcomesPath, c.takeOutcomes)
	}
	mux.HandleFunc(Root, func(w http.ResponseWriter, r *http.Request) { refuseUnknown(w, r, mux) })
	return mux
}

// refuseUnknown answers a path that is not served, or not with this method. It is not
// JSON: by that, clients tell it from a run or span that is not found.
func refuseUnknown(w http.ResponseWriter, r *http.Request, mux *http.ServeMux) {
	get := r.Clone(r.Context())
	get.Method = http.MethodGet
	if _, pattern := mux.Handler(get); pattern != Root {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, fmt.Sprintf("%s of %s is not possible: use GET", r.Method, r.URL.EscapedPath()), http.StatusMethodNotAllowed)
		return
	}
	http.Error(w, fmt.Sprintf("%s is not known: %s lists what is", r.URL.EscapedPath(), SpecPath), http.StatusNotFound)
}

// errNoBudgets is the answer about budgets where there is no file of them.
var errNoBudgets = errors.New("no budgets: start the collector with --budgets FILE, or set budgets of its ledger_api")

func (c *config) serveBudgets(w http.ResponseWriter, r *http.Request) {
	if c.budgets == nil {
		apierror.Refuse(w, http.StatusNotFound, errNoBudgets)
		return
	}
	c.budgets.ServeHTTP(w, r)
}

// routes are the paths that Handler serves.
func (c *config) routes(reader ledger.Reader) map[string]http.HandlerFunc {
	routes := map[string]http.HandlerFunc{
		SpecPath:              serveSpec,
		oldSpecPath:           serveSpec,
		Root + "events":       c.events(reader),
		budget.StatusPath:     c.serveBudgets,
		Prefix + "chargeback": func(w http.ResponseWriter, r *http.Request) { c.serveChargeback(w, r, reader) },
	}
	for name, q := range questions {
		routes[Prefix+name] = func(w http.ResponseWriter, r *http.Request) { q.serve(w, r, c, reader) }
	}
	for path, e := range endpoints {
		routes[Root+path] = func(w http.ResponseWriter, r *http.Request) { e.serve(w, r, c, reader) }
	}
	return routes
}

// Spec is the OpenAPI document of what Handler and the servers around it answer.
func Spec() []byte {
	text, err := gzipped.Unpack(zippedSpec)
	if err != nil {
		panic(fmt.Sprintf("reportapi: openapi.yaml.gz: %v", err)) // a fault of the build
	}
	return text
}

// Serves reports whether Handler itself answers a path of the document.
func Serves(path string) bool {
	_, ok := newConfig(nil).routes(nil)[path]
	return ok
}

func serveSpec(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(Spec())
}

func (q question) serve(w http.ResponseWriter, r *http.Request, c *config, reader ledger.Reader) {
	query, err := queryOf(r)
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	p, err := c.read(query, q.since, slices.Concat(names, q.own), time.Now())
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	answer, err := q.ask(r.Context(), reader, p)
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	send(w, contentTypes[p.format], func(body io.Writer) error {
		return format.Write(body, p.format, answer.Document(), format.Options{Wide: true, Table: query.Get(tableParameter)})
	})
}

// send writes an answer whole, so that a failure is still a failure for the
// client.
func send(w http.ResponseWriter, contentType string, write func(io.Writer) error) {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		status := http.StatusInternalServerError
		if _, unknown := errors.AsType[*format.NoTableError](err); unknown {
			status = http.StatusBadRequest
		}
		apierror.Refuse(w, status, err)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = body.WriteTo(w)
}
