package duckdb

import (
	"context"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Aggregate implements ledger.Reader. The cube answers where it can.
func (s *Store) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	groups, ok := s.fromCube(ctx, q)
	var err error
	switch {
	case !ok:
		groups, err = s.fromTables(ctx, q)
	case !q.TotalsOnly:
		err = s.addLatency(ctx, q, groups)
	}
	q.WithoutCredits(groups)
	return groups, s.wrap("aggregate", err)
}

// addLatency reads the latency of groups.
func (s *Store) addLatency(ctx context.Context, q ledger.Query, groups []ledger.Group) error {
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
	if err != nil {
		return err
	}
	statement, err := render("latency.sql", asked)
	if err != nil {
		return err
	}
	of := make(map[string]*ledger.Latency, len(groups))
	for i := range groups {
		of[strings.Join(groups[i].Key, "\x00")] = &groups[i].Latency
	}
	rows, err := s.sql.QueryContext(ctx, statement, d.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var l ledger.Latency
	key := make([]string, len(q.By))
	var fields []any
	for i := range key {
		fields = append(fields, &key[i])
	}
	fields = append(fields, latencyFields(&l)...)
	for rows.Next() {
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		if to := of[strings.Join(key, "\x00")]; to != nil {
			*to = l
		}
	}
	return rows.Err()
}

// fromTables asks the rollups where they answer, and else the calls. Of days that are
// not archived the rollups have what the calls have, by an hour that has to be made of
// each: DuckDB reads every call for it, whatever the period.
func (s *Store) fromTables(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	var d dialect
	question := q
	if first, err := s.keptSince(ctx); err == nil && !q.From.Before(dayStart(first)) {
		question.TotalsOnly = false
	}
	asked, err := sqlbuild.Aggregate(&d, question)
	if err != nil {
		return nil, err
	}
	asked.TotalsOnly = q.TotalsOnly
	statement, err := render(asked.Template(), asked)
	if err != nil {
		return nil, err
	}
	return s.groups(ctx, statement, d.args, len(q.By))
}

// totalsFields are those of totals, in the order of the statements.
func totalsFields(t *ledger.Totals) []any {
	return []any{
		&t.Calls, &t.Errors, &t.Unpriced, &t.Invalid,
		&t.Input, &t.Output, &t.CacheRead, &t.CacheWrite, &t.Reasoning,
		decimalField{&t.Cost}, (*int64)(&t.Duration), &t.NanoCredits,
	}
}

func (s *Store) groups(ctx context.Context, statement string, args []any, keys int) ([]ledger.Group, error) {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var groups []ledger.Group
	for rows.Next() {
		g := ledger.Group{Key: make([]string, keys)}
		fields := make([]any, 0, keys+15)
		for i := range g.Key {
			fields = append(fields, &g.Key[i])
		}
		fields = append(fields, totalsFields(&g.Totals)...)
		fields = append(fields, latencyFields(&g.Latency)...)
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, rows.Err()
}

func latencyFields(l *ledger.Latency) []any {
	return []any{(*int64)(&l.P50), (*int64)(&l.P95), (*int64)(&l.P99), (*int64)(&l.MeanTTFC)}
}
