package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
)

// modelNames gives failed calls the model that good calls of the same request
// have: a vendor that answers names a dated model, one that refuses names none,
// and the call has the model asked for. Without it one model is two lines, of
// which one has nothing but failures.
type modelNames struct {
	ledger.Reader // an asking

	mu    sync.Mutex
	known map[[2]time.Time]map[string]string // by period
}

// named wraps a reader for the time of one question.
func named(reader ledger.Reader) ledger.Reader {
	if _, already := reader.(*modelNames); already {
		return reader
	}
	return &modelNames{Reader: newAsking(reader), known: map[[2]time.Time]map[string]string{}}
}

// Aggregate implements ledger.Reader.
func (r *modelNames) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	q, err := r.name(ctx, q)
	if err != nil {
		return nil, err
	}
	return r.Reader.Aggregate(ctx, q)
}

// KeptSums implements ledger.Reader.
func (r *modelNames) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	q, err := r.name(ctx, q)
	if err != nil {
		return nil, err
	}
	return r.Reader.KeptSums(ctx, q)
}

// Results implements ledger.Reader.
func (r *modelNames) Results(ctx context.Context, q ledger.ResultQuery) ([]ledger.ResultGroup, error) {
	calls, err := r.name(ctx, q.Query())
	if err != nil {
		return nil, err
	}
	q.ModelAliases = calls.ModelAliases
	return r.Reader.Results(ctx, q)
}

// name gives a question the names of its period. A model that a condition names
// keeps its name, since the question asked for that name.
func (r *modelNames) name(ctx context.Context, q ledger.Query) (ledger.Query, error) {
	if q.ModelAliases != nil || !mentionsModel(&q) {
		return q, nil
	}
	known, err := r.aliases(ctx, q.From, q.Until)
	if err != nil {
		return q, err
	}
	q.ModelAliases = maps.Clone(known)
	for _, c := range q.Where {
		if c.Dimension == ledger.ByModel {
			for _, value := range c.Values {
				delete(q.ModelAliases, value)
			}
		}
	}
	return q, nil
}

// withAliases adds to conditions on models the names by which failed calls have
// them, for lists of single calls.
func withAliases(ctx context.Context, reader ledger.Reader, period Period, where []ledger.Condition) ([]ledger.Condition, error) {
	if !slices.ContainsFunc(where, func(c ledger.Condition) bool { return c.Dimension == ledger.ByModel }) {
		return where, nil
	}
	aliases, err := modelAliases(ctx, reader, period.From, period.Until)
	if err != nil {
		return nil, fmt.Errorf("read the requested models of failed calls: %w", err)
	}
	where = slices.Clone(where)
	for i, c := range where {
		if c.Dimension != ledger.ByModel {
			continue
		}
		values := slices.Clone(c.Values)
		for _, requested := range slices.Sorted(maps.Keys(aliases)) {
			if slices.Contains(c.Values, aliases[requested]) {
				values = append(values, requested)
			}
		}
		where[i].Values = values
	}
	return where, nil
}

func mentionsModel(q *ledger.Query) bool {
	return slices.Contains(q.By, ledger.ByModel) ||
		slices.ContainsFunc(q.Where, func(c ledger.Condition) bool { return c.Dimension == ledger.ByModel })
}

func (r *modelNames) aliases(ctx context.Context, from, until time.Time) (map[string]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	period := [2]time.Time{from, until}
	if aliases, known := r.known[period]; known {
		return aliases, nil
	}
	aliases, err := modelAliases(ctx, r.Reader, from, until)
	if err != nil {
		return nil, fmt.Errorf("read the requested models of failed calls: %w", err)
	}
	r.known[period] = aliases
	return aliases, nil
}

// modelAliases are models asked for by calls that failed, by the model that
// answers most of the good calls that ask for the same.
func modelAliases(ctx context.Context, reader ledger.Reader, from, until time.Time) (map[string]string, error) {
	groups, err := reader.Aggregate(ctx, ledger.Query{
		From: from, Until: until, By: []ledger.Dimension{ledger.ByRequestModel, ledger.ByModel, ledger.ByStatus}, CallsOnly: true,
	})
	if err != nil {
		return nil, err
	}
	refused := map[string]bool{}
	for i := range groups {
		requested, answered, status := groups[i].Key[0], groups[i].Key[1], groups[i].Key[2]
		if requested != "" && answered == requested && status == statusError {
			refused[requested] = true
		}
	}
	aliases, most := map[string]string{}, map[string]int64{}
	for i := range groups {
		requested, answered, status := groups[i].Key[0], groups[i].Key[1], groups[i].Key[2]
		if !refused[requested] || status == statusError {
			continue
		}
		calls := groups[i].Totals.Calls
		if calls > most[requested] || calls == most[requested] && answered > aliases[requested] {
			most[requested], aliases[requested] = calls, answered
		}
	}
	for requested, answered := range aliases {
		if requested == answered {
			delete(aliases, requested)
		}
	}
	return aliases, nil
}
