package reportapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// endpoint is one question of the page, whose answer is JSON of its own shape.
type endpoint struct {
	since standard
	known []string // parameters
	ask   func(ctx context.Context, in *request) (any, error)
}

// request is one question and what it is asked of.
type request struct {
	parameters
	*http.Request
	reader ledger.Reader
}

// endpoints by their path below Root.
var endpoints = map[string]endpoint{
	"compare": {standard{length: "7d"}, slices.Concat(periodNames, []string{"where", "before_from", "before_to", "a", "b", "by", "top"}), askCompare},

	"conversations/{conversation}": {standard{length: "1h"}, append(slices.Clone(periodNames), "where"), askConversation},

	"dimensions": {standard{length: "7d"}, periodNames, askDimensions},

	"health": {standard{length: "24h"}, nil, askHealth},

	outcomesEndpoint: {standard{length: "30d"}, append(slices.Clone(periodNames), "where"), askOutcomes},

	"overview": {standard{length: "7d"}, slices.Concat(periodNames, []string{"where", "by", "top"}), askOverview},

	"prices":       {standard{length: "1h"}, []string{"q", "provider", "at", "zone", "top"}, askPrices},
	"prices/model": {standard{length: "1h"}, []string{"model", "provider", "at", "zone"}, askPrice},

	"series":          {standard{length: "7d"}, slices.Concat(periodNames, []string{"where", "interval", "by", "top"}), askSeries},
	"spans/{span_id}": {standard{length: "30d"}, periodNames, askExplain},
	"status":          {standard{length: "1h"}, nil, askStatus},

	"traces/{trace_id}":                 {standard{length: "1h"}, []string{"zone", maxSpansParameter, spanParameter}, askTrace},
	"traces/{trace_id}/spans/{span_id}": {standard{length: "1h"}, []string{"zone"}, askSpan},
}

func (e endpoint) serve(w http.ResponseWriter, r *http.Request, c *config, reader ledger.Reader) {
	query, err := queryOf(r)
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	p, err := c.read(query, e.since, e.known, time.Now())
	if err != nil {
		apierror.Refuse(w, http.StatusBadRequest, err)
		return
	}
	answer, err := e.ask(r.Context(), &request{parameters: p, Request: r, reader: reader})
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	send(w, contentTypes[format.JSONFormat], func(body io.Writer) error {
		encoder := json.NewEncoder(body)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(answer)
	})
}

// rfc3339 is an instant in the zone of the question.
func (in *request) rfc3339(t time.Time) string { return t.In(in.period.Zone).Format(time.RFC3339Nano) }
