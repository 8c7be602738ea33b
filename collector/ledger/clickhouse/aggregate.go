package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Aggregate implements ledger.Reader.
func (s *Store) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render(asked.Template(), asked)
	if err != nil {
		return nil, err
	}
	groups, err := s.groups(ctx, statement, d.parameters, len(q.By))
	q.WithoutCredits(groups)
	return groups, s.wrap("aggregate", err)
}

// totalsColumns receives the sums that aggregate.sql and traces.sql share.
type totalsColumns struct {
	calls, errors, unpriced, invalid                proto.ColUInt64
	input, output, cacheRead, cacheWrite, reasoning proto.ColInt64
	cost                                            proto.ColDecimal128
	duration, credits                               proto.ColInt64
}

func (c *totalsColumns) results() proto.Results {
	return proto.Results{
		{Name: "calls", Data: &c.calls},
		{Name: "errors", Data: &c.errors},
		{Name: "unpriced", Data: &c.unpriced},
		{Name: "invalid", Data: &c.invalid},
		{Name: "input", Data: &c.input},
		{Name: "output", Data: &c.output},
		{Name: "cache_read", Data: &c.cacheRead},
		{Name: "cache_write", Data: &c.cacheWrite},
		{Name: "reasoning", Data: &c.reasoning},
		{Name: "amount", Data: proto.Alias(&c.cost, "Decimal(38, 18)")},
		{Name: "duration", Data: &c.duration},
		{Name: "credits", Data: &c.credits},
	}
}

func (c *totalsColumns) row(i int) ledger.Totals {
	return ledger.Totals{
		Calls:      int64(c.calls[i]),
		Errors:     int64(c.errors[i]),
		Unpriced:   int64(c.unpriced[i]),
		Invalid:    int64(c.invalid[i]),
		Input:      c.input[i],
		Output:     c.output[i],
		CacheRead:  c.cacheRead[i],
		CacheWrite: c.cacheWrite[i],
		Reasoning:  c.reasoning[i],
		Cost:       fromDecimal128(c.cost[i]),
		Duration:   time.Duration(c.duration[i]),

		NanoCredits: c.credits[i],
	}
}

func (s *Store) groups(ctx context.Context, statement string, parameters []proto.Parameter, dimensions int) ([]ledger.Group, error) {
	keys := make([]proto.ColStr, dimensions)
	var totals totalsColumns
	var p50, p95, p99, first proto.ColInt64
	results := make(proto.Results, 0, dimensions+15)
	for i := range keys {
		results = append(results, proto.ResultColumn{Name: fmt.Sprintf("k%d", i), Data: &keys[i]})
	}
	results = append(results, totals.results()...)
	results = append(results,
		proto.ResultColumn{Name: "p50", Data: &p50},
		proto.ResultColumn{Name: "p95", Data: &p95},
		proto.ResultColumn{Name: "p99", Data: &p99},
		proto.ResultColumn{Name: "mean_ttfc", Data: &first},
	)
	var groups []ledger.Group
	err := s.eachRow(ctx, statement, parameters, results, func(i int) {
		g := ledger.Group{
			Key:    make([]string, dimensions),
			Totals: totals.row(i),
			Latency: ledger.Latency{
				P50: time.Duration(p50[i]), P95: time.Duration(p95[i]), P99: time.Duration(p99[i]),
				MeanTTFC: time.Duration(first[i]),
			},
		}
		for k := range keys {
			g.Key[k] = keys[k].Row(i)
		}
		groups = append(groups, g)
	})
	return groups, err
}
