package duckdb

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Aggregate implements ledger.Reader. The cube answers where it can.
func (s *Store) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	groups, err := ledger.AnswerAggregate(ctx, s.asked, q)
	return groups, s.wrap("aggregate", err)
}

// asked is the answer of the cube, of the calls or of a rollup.
func (s *Store) asked(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	groups, ok := s.fromCube(ctx, q)
	var err error
	switch {
	case !ok:
		groups, err = s.fromTables(ctx, q)
	case !q.TotalsOnly:
		err = s.addLatency(ctx, q, groups)
	}
	return groups, err
}

// KeptSums implements ledger.Reader: a cube has the status of calls, and their credits. What
// no cube has is read from the calls.
func (s *Store) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if len(q.By) == 0 || s.cubes.answering(&q) != nil {
		return ledger.KeptSums(ctx, s.Aggregate, q)
	}
	q.TotalsOnly, q.CallsOnly, q.Limit = true, false, 0
	if err := q.Validate(); err != nil {
		return nil, err
	}
	groups, err := s.fromCalls(ctx, q)
	return groups, s.wrap("sums", err)
}

var _ ledger.CallSummer = (*Store)(nil)

// SumsCallsSince implements ledger.CallSummer. If the days since a time are not archived, the sums of any
// period are those of its calls.
func (s *Store) SumsCallsSince(ctx context.Context, from time.Time) bool {
	first, err := s.keptSince(ctx)
	return err == nil && !from.Before(dayStart(first))
}

// addLatency reads the latency of groups.
func (s *Store) addLatency(ctx context.Context, q ledger.Query, groups []ledger.Group) error {
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
	if err != nil {
		return err
	}
	of := make(map[string]*ledger.Latency, len(groups))
	for i := range groups {
		of[strings.Join(groups[i].Key, "\x00")] = &groups[i].Latency
	}
	var f fields
	var l ledger.Latency
	key := make([]string, len(q.By))
	columns.Keys(&f, key)
	columns.Latency(&f, &l)
	return s.each(ctx, "latency.sql", asked, d.args, f, func() {
		if to := of[strings.Join(key, "\x00")]; to != nil {
			*to = l
		}
	})
}

// fromTables asks the rollups where they answer, and else the calls. Of days that are
// not archived the rollups have what the calls have, by an hour that has to be made of
// each: DuckDB reads every call for it, whatever the period.
func (s *Store) fromTables(ctx context.Context, q ledger.Query) (groups []ledger.Group, err error) {
	if s.SumsCallsSince(ctx, q.From) {
		return s.fromCalls(ctx, q)
	}
	var d dialect
	asked, err := sqlbuild.Aggregate(&d, q)
	if err != nil {
		return nil, err
	}
	return s.groups(ctx, asked, &d, len(q.By))
}

// fromCalls asks the calls, also for totals that rollups have.
func (s *Store) fromCalls(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	var d dialect
	question := q
	question.TotalsOnly = false
	asked, err := sqlbuild.Aggregate(&d, question)
	if err != nil {
		return nil, err
	}
	asked.TotalsOnly = q.TotalsOnly
	return s.groups(ctx, asked, &d, len(q.By))
}

func (s *Store) groups(ctx context.Context, asked *sqlbuild.Aggregation, d *dialect, dimensions int) (groups []ledger.Group, err error) {
	var p inPlace
	g := ledger.Group{Key: make([]string, dimensions)}
	columns.Group(&p, &g)
	err = p.each(ctx, s, asked.Template(), asked, d.args, func() {
		found := g
		found.Key = slices.Clone(g.Key)
		groups = append(groups, found)
		clear(g.Key)
		g = ledger.Group{Key: g.Key}
	})
	return groups, err
}
