package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

type extentSource struct{ Table, Time string }

type extentData struct {
	Sources []extentSource
	Bounded bool
}

// extents is where the parts of a ledger lie.
var extents = map[ledger.Part][]extentSource{
	ledger.PartRows:      {{callTable, "start_time"}, {spanTable, "start_time"}},
	ledger.PartSums:      {{"cost_hourly", "toDateTime64(hour, 9, 'UTC')"}},
	ledger.PartPastCosts: {{pastCostTable, "start_time"}},
	ledger.PartLogs:      {{logTable, "time"}},
	ledger.PartResults:   {{resultTable, "time"}},
}

// Extent implements ledger.Store.
func (s *Store) Extent(ctx context.Context, part ledger.Part, from time.Time) (first, last time.Time, err error) {
	data := extentData{Sources: extents[part], Bounded: !from.IsZero()}
	statement, err := render("extent.sql", data)
	if err != nil {
		return first, last, err
	}
	var rows proto.ColUInt64
	var least, greatest proto.ColInt64
	if err := s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: period(from, from),
		Result:     proto.Results{{Name: "number", Data: &rows}, {Name: "first", Data: &least}, {Name: "last", Data: &greatest}},
	}); err != nil {
		return first, last, s.wrap("extent of "+string(part), err)
	}
	if len(rows) == 0 || rows[0] == 0 {
		return first, last, nil
	}
	return time.Unix(0, least[0]).UTC(), time.Unix(0, greatest[0]).UTC(), nil
}

// Hours implements ledger.Store.
func (s *Store) Hours(ctx context.Context, part ledger.Part, from, until time.Time) (hours []ledger.HourRows, err error) {
	var f fields
	var hour, rows int64
	f.Sum("hour", &hour)
	f.Count("number", &rows)
	err = s.each(ctx, "hours.sql", extentData{Sources: extents[part]}, period(ledger.Bounded(from), ledger.Bounded(until)), &f, func() {
		hours = append(hours, ledger.HourRows{Hour: time.Unix(hour*int64(time.Hour/time.Second), 0).UTC(), Rows: int(rows)})
	})
	return hours, s.wrap("hours of "+string(part), err)
}

// Spans implements ledger.Store.
func (s *Store) Spans(ctx context.Context, from, until time.Time) ([]ledger.AgentSpan, error) {
	found, err := selectRows[ledger.AgentSpan](ctx, s, "calls.sql", rowsData{Table: spanTable}, &s.spanBlocks, period(from, until)...)
	return found, s.wrap("spans", err)
}

// PastCostsBetween implements ledger.Store.
func (s *Store) PastCostsBetween(ctx context.Context, from, until time.Time) ([]ledger.PastCost, error) {
	found, err := selectRows[ledger.PastCost](ctx, s, "calls.sql", rowsData{Table: pastCostTable}, &pastCostBlocks, period(from, until)...)
	return found, s.wrap("past costs", err)
}

// LogsBetween implements ledger.Store.
func (s *Store) LogsBetween(ctx context.Context, from, until time.Time) ([]ledger.Log, error) {
	found, err := selectRows[ledger.Log](ctx, s, "logs_between.sql", rowsData{Table: logTable}, &s.logBlocks, period(from, until)...)
	return found, s.wrap("log records", err)
}
