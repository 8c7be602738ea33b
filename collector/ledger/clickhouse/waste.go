package clickhouse

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// wasteColumns receives what both forms of waste.sql answer.
type wasteColumns struct {
	kind, vendor, model   proto.ColStr
	input, output, prefix proto.ColInt64
	amount                proto.ColDecimal128
}

func (c *wasteColumns) results(own ...proto.ResultColumn) proto.Results {
	return slices.Concat(proto.Results{
		{Name: "kind", Data: &c.kind},
		{Name: "vendor", Data: &c.vendor},
		{Name: "model_name", Data: &c.model},
	}, own, proto.Results{
		{Name: "input", Data: &c.input},
		{Name: "output", Data: &c.output},
		{Name: "prefix", Data: &c.prefix},
		{Name: "amount", Data: proto.Alias(&c.amount, "Decimal(38, 18)")},
	})
}

// Waste implements ledger.Reader.
func (s *Store) Waste(ctx context.Context, q ledger.WasteQuery) (*ledger.Waste, error) {
	w := &ledger.Waste{}
	var err error
	if w.Groups, err = s.wasteGroups(ctx, q); err != nil || q.Calls == 0 {
		return w, s.wrap("waste", err)
	}
	w.Calls, err = s.wastedCalls(ctx, q)
	return w, s.wrap("waste", err)
}

func (s *Store) wasteGroups(ctx context.Context, q ledger.WasteQuery) (groups []ledger.WasteGroup, err error) {
	var shared wasteColumns
	var day proto.ColStr
	var calls, unpriced proto.ColUInt64
	err = s.waste(ctx, q, false, shared.results(
		proto.ResultColumn{Name: "day", Data: &day},
		proto.ResultColumn{Name: "calls", Data: &calls},
		proto.ResultColumn{Name: "unpriced", Data: &unpriced},
	), func(i int) {
		groups = append(groups, ledger.WasteGroup{
			Kind: ledger.WasteKind(shared.kind.Row(i)), Provider: shared.vendor.Row(i), Model: shared.model.Row(i), Day: day.Row(i),
			Calls: int64(calls[i]), Unpriced: int64(unpriced[i]),
			Input: shared.input[i], Output: shared.output[i], Prefix: shared.prefix[i], Cost: fromDecimal128(shared.amount[i]),
		})
	})
	return groups, err
}

func (s *Store) wastedCalls(ctx context.Context, q ledger.WasteQuery) (found []ledger.WastedCall, err error) {
	var shared wasteColumns
	trace, span := proto.ColFixedStr{Size: len(ledger.TraceID{})}, proto.ColFixedStr{Size: len(ledger.SpanID{})}
	var begun proto.ColInt64
	var agent, tool, failure proto.ColStr
	err = s.waste(ctx, q, true, shared.results(
		proto.ResultColumn{Name: "trace", Data: &trace},
		proto.ResultColumn{Name: "span", Data: &span},
		proto.ResultColumn{Name: "begun", Data: &begun},
		proto.ResultColumn{Name: "agent_name", Data: &agent},
		proto.ResultColumn{Name: "loop_tool", Data: &tool},
		proto.ResultColumn{Name: "error_name", Data: &failure},
	), func(i int) {
		found = append(found, ledger.WastedCall{
			Kind: ledger.WasteKind(shared.kind.Row(i)), TraceID: ledger.TraceID(trace.Row(i)), SpanID: ledger.SpanID(span.Row(i)),
			Start: time.Unix(0, begun[i]).UTC(), Provider: shared.vendor.Row(i), Model: shared.model.Row(i),
			Agent: agent.Row(i), Tool: tool.Row(i), Error: failure.Row(i),
			Input: shared.input[i], Output: shared.output[i], Prefix: shared.prefix[i], Cost: fromDecimal128(shared.amount[i]),
		})
	})
	return found, err
}

func (s *Store) waste(ctx context.Context, q ledger.WasteQuery, list bool, results proto.Results, row func(i int)) error {
	var d dialect
	asked, err := sqlbuild.Waste(&d, q, list)
	if err != nil {
		return err
	}
	d.parameters = append(d.parameters, parameter("failures", strconv.Itoa(q.Failures)))
	return s.eachFound(ctx, "waste.sql", asked, d.parameters, &q.CacheQuery, list, results, row)
}
