package clickhouse

import (
	"context"
	"strconv"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// CacheMisses implements ledger.Reader.
func (s *Store) CacheMisses(ctx context.Context, q ledger.CacheQuery) (*ledger.CacheMisses, error) {
	m := &ledger.CacheMisses{}
	var err error
	if m.Groups, err = s.cacheGroups(ctx, q); err != nil || q.Calls == 0 {
		return m, s.wrap("cache misses", err)
	}
	m.Calls, err = s.missedCalls(ctx, q)
	return m, s.wrap("cache misses", err)
}

func (s *Store) cacheGroups(ctx context.Context, q ledger.CacheQuery) (groups []ledger.CacheGroup, err error) {
	var cause, vendor, model, day proto.ColStr
	var calls proto.ColUInt64
	var prefix, read proto.ColInt64
	err = s.cacheMisses(ctx, q, false, proto.Results{
		{Name: "cause", Data: &cause},
		{Name: "vendor", Data: &vendor},
		{Name: "model_name", Data: &model},
		{Name: "day", Data: &day},
		{Name: "calls", Data: &calls},
		{Name: "prefix", Data: &prefix},
		{Name: "read_tokens", Data: &read},
	}, func(i int) {
		groups = append(groups, ledger.CacheGroup{
			Cause: ledger.CacheCause(cause.Row(i)), Provider: vendor.Row(i), Model: model.Row(i), Day: day.Row(i),
			Calls: int64(calls[i]), Prefix: prefix[i], Read: read[i],
		})
	})
	return groups, err
}

func (s *Store) missedCalls(ctx context.Context, q ledger.CacheQuery) (found []ledger.MissedCall, err error) {
	var cause, vendor, model, agent proto.ColStr
	trace, span := proto.ColFixedStr{Size: len(ledger.TraceID{})}, proto.ColFixedStr{Size: len(ledger.SpanID{})}
	var begun, prefix, ago proto.ColInt64
	err = s.cacheMisses(ctx, q, true, proto.Results{
		{Name: "cause", Data: &cause},
		{Name: "trace", Data: &trace},
		{Name: "span", Data: &span},
		{Name: "begun", Data: &begun},
		{Name: "vendor", Data: &vendor},
		{Name: "model_name", Data: &model},
		{Name: "agent_name", Data: &agent},
		{Name: "prefix", Data: &prefix},
		{Name: "ago", Data: &ago},
	}, func(i int) {
		found = append(found, ledger.MissedCall{
			Cause: ledger.CacheCause(cause.Row(i)), TraceID: ledger.TraceID(trace.Row(i)), SpanID: ledger.SpanID(span.Row(i)),
			Start: time.Unix(0, begun[i]).UTC(), Provider: vendor.Row(i), Model: model.Row(i),
			Agent: agent.Row(i), Prefix: prefix[i], Since: time.Duration(ago[i]),
		})
	})
	return found, err
}

func (s *Store) cacheMisses(ctx context.Context, q ledger.CacheQuery, list bool, results proto.Results, row func(i int)) error {
	var d dialect
	asked, err := sqlbuild.CacheMisses(&d, q, list)
	if err != nil {
		return err
	}
	return s.eachFound(ctx, "cache_misses.sql", asked, d.parameters, &q, list, results, row)
}

// eachFound asks for the sums or the list of what is found by the hash of a prefix.
func (s *Store) eachFound(ctx context.Context, name string, asked any, parameters []proto.Parameter, q *ledger.CacheQuery, list bool, results proto.Results, row func(i int)) error {
	statement, err := render(name, asked)
	if err != nil {
		return err
	}
	parameters = append(parameters,
		parameter("min_tokens", strconv.FormatInt(q.MinTokens, 10)),
		parameter("within", strconv.FormatInt(int64(q.Within), 10)),
	)
	if list {
		parameters = append(parameters, parameter("calls", strconv.Itoa(q.Calls)))
	}
	return s.eachRow(ctx, statement, parameters, results, row)
}
