package report_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// counted counts the questions that a report asks, of a store whose calls are stored from
// a time on.
type counted struct {
	ledger.Reader
	since          time.Time
	kept, failures int
}

func (c *counted) SummedSince(context.Context) (time.Time, error) { return c.since, nil }

func (c *counted) KeptSums(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	c.kept++
	return c.Reader.KeptSums(ctx, q)
}

func (c *counted) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	if slices.ContainsFunc(q.Where, func(c ledger.Condition) bool { return c.Dimension == ledger.ByStatus }) {
		c.failures++
	}
	return c.Reader.Aggregate(ctx, q)
}

func TestReports_AskOnceWhatOneAnswerSays(t *testing.T) {
	store := stores["DuckDB"](t)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: newDataset(2000)}))
	period := report.Period{From: datasetStart, Until: datasetStart.AddDate(0, 0, 30)}
	cost := report.CostQuestion{Period: period, By: []ledger.Dimension{ledger.ByUser}, WithoutPercentiles: true}
	failed := report.ErrorsQuestion{Period: period}
	wantCost, err := report.Cost(t.Context(), store, cost)
	require.NoError(t, err)
	wantFailed, err := report.Errors(t.Context(), store, failed)
	require.NoError(t, err)
	require.Positive(t, wantFailed.Failed.Calls)

	for name, c := range map[string]struct {
		since time.Time
		kept  int // the totals, and those by user
	}{
		"all calls are stored": {period.From, 1},
		"some have expired":    {period.From.Add(time.Hour), 2},
	} {
		t.Run(name, func(t *testing.T) {
			reader := &counted{Reader: store, since: c.since}
			got, err := report.Cost(t.Context(), reader, cost)
			require.NoError(t, err)
			assert.Equal(t, wantCost, got)
			assert.Equal(t, c.kept, reader.kept)
		})
	}
	t.Run("failed calls", func(t *testing.T) {
		reader := &counted{Reader: store, since: period.From}
		got, err := report.Errors(t.Context(), reader, failed)
		require.NoError(t, err)
		assert.Equal(t, wantFailed, got)
		assert.Equal(t, 2, reader.failures, "by type and model at once, and by user")
	})
}
