package reportapi

import (
	"context"
	"errors"

	"github.com/spanledger/spanledger/collector/ledger"
)

type status struct {
	Version    string  `json:"version"`
	Store      string  `json:"store"`
	AsOf       string  `json:"as_of"`
	NewestCall *string `json:"newest_call"`
	Budgets    bool    `json:"budgets"`
	TraceURL   *string `json:"trace_url"`
}

func askStatus(ctx context.Context, in *request) (any, error) {
	c := in.config
	out := status{
		Version: c.version, Store: c.store, AsOf: in.rfc3339(in.now),
		Budgets: c.budgets, TraceURL: optional(c.traceURL),
	}
	newest, err := in.reader.Traces(ctx, ledger.TraceQuery{Order: ledger.NewestFirst, Limit: 1})
	if err != nil && !errors.Is(err, ledger.ErrNoSchema) {
		return nil, err
	}
	if len(newest) > 0 {
		out.NewestCall = optional(in.rfc3339(newest[0].Start))
	}
	return out, nil
}
