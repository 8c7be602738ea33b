package reportapi

import (
	"context"
	"errors"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

type status struct {
	Version    string  `json:"version"`
	Store      string  `json:"store"`
	AsOf       string  `json:"as_of"`
	NewestCall *string `json:"newest_call"`
	Budgets    bool    `json:"budgets"`
	TraceURL   *string `json:"trace_url"`
	OTLP       ports   `json:"otlp_ports"`
}

// ports are null where it is not known.
type ports struct {
	GRPC *int `json:"grpc"`
	HTTP *int `json:"http"`
}

func askStatus(ctx context.Context, in *request) (any, error) {
	c := in.config
	out := status{
		Version: c.version, Store: c.store, AsOf: in.rfc3339(in.now),
		Budgets: c.budgets != nil, TraceURL: optional(c.traceURL),
	}
	if c.otlp != nil {
		grpc, http := c.otlp()
		out.OTLP = ports{optional(grpc), optional(http)}
	}
	newest, err := in.newestCall(ctx)
	if err != nil {
		return nil, err
	}
	if !newest.IsZero() {
		out.NewestCall = optional(in.rfc3339(newest))
	}
	return out, nil
}

// newestCall looks at a day first: a store that holds years of calls is not
// sorted for the one.
func (in *request) newestCall(ctx context.Context) (time.Time, error) {
	const day = 24 * time.Hour
	for _, from := range []time.Time{in.now.Add(-day), in.now.Add(-30 * day), ledger.EarliestStart} {
		found, err := report.Calls(ctx, in.reader, report.CallsQuestion{
			Period: report.Period{From: from, Until: ledger.LatestStart, Zone: in.period.Zone}, Top: 1,
		})
		switch {
		case errors.Is(err, ledger.ErrNoSchema):
			return time.Time{}, nil
		case err != nil:
			return time.Time{}, err
		case len(found.Calls) > 0:
			return found.Calls[0].Start, nil
		}
	}
	return time.Time{}, nil
}
