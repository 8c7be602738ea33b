package duckdb

import (
	"context"
	"database/sql"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

type extentSource struct{ Table, Time string }

type extentData struct {
	Sources []extentSource
	Bounded bool
}

// extents is where the parts of a ledger lie.
var extents = map[ledger.Part][]extentSource{
	ledger.PartRows:      {{calls.name, "start_time"}, {spans.name, "start_time"}},
	ledger.PartSums:      {{"cost_hourly", "hour"}},
	ledger.PartPastCosts: {{pastCosts.name, "start_time"}},
	ledger.PartLogs:      {{logs.name, "time"}},
	ledger.PartResults:   {{results.name, "time"}},
}

// Extent implements ledger.Store.
func (s *Store) Extent(ctx context.Context, part ledger.Part, from time.Time) (first, last time.Time, err error) {
	data := extentData{Sources: extents[part], Bounded: !from.IsZero()}
	statement, err := render("extent.sql", data)
	if err != nil {
		return first, last, err
	}
	var least, greatest sql.NullInt64
	var args []any
	if data.Bounded {
		for range data.Sources {
			args = append(args, boundedNanos(from))
		}
	}
	if err := s.sql.QueryRowContext(ctx, statement, args...).Scan(&least, &greatest); err != nil {
		return first, last, s.wrap("extent of "+string(part), err)
	}
	if !least.Valid {
		return first, last, nil
	}
	return time.Unix(0, least.Int64).UTC(), time.Unix(0, greatest.Int64).UTC(), nil
}

// Hours implements ledger.Store.
func (s *Store) Hours(ctx context.Context, part ledger.Part, from, until time.Time) (hours []ledger.HourRows, err error) {
	sources := extents[part]
	var args []any
	for range sources {
		args = append(args, boundedNanos(from), boundedNanos(until))
	}
	var hour int64
	var rows int
	err = s.each(ctx, "hours.sql", extentData{Sources: sources}, args, fields{&hour, &rows}, func() {
		hours = append(hours, ledger.HourRows{Hour: time.Unix(hour*int64(time.Hour/time.Second), 0).UTC(), Rows: rows})
	})
	return hours, s.wrap("hours of "+string(part), err)
}

// Spans implements ledger.Store.
func (s *Store) Spans(ctx context.Context, from, until time.Time) ([]ledger.AgentSpan, error) {
	found, err := selectRows(ctx, s, &spans, "calls.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("spans", err)
}

// PastCostsBetween implements ledger.Store.
func (s *Store) PastCostsBetween(ctx context.Context, from, until time.Time) ([]ledger.PastCost, error) {
	found, err := selectRows(ctx, s, &pastCosts, "calls.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("past costs", err)
}

// LogsBetween implements ledger.Store.
func (s *Store) LogsBetween(ctx context.Context, from, until time.Time) ([]ledger.Log, error) {
	found, err := selectRows(ctx, s, &logs, "logs_between.sql", boundedNanos(from), boundedNanos(until))
	return found, s.wrap("log records", err)
}
