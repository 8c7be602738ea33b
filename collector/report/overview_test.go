package report_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

// counting notes what a store is asked, and how many questions it had at once.
type counting struct {
	ledger.Reader
	mu            sync.Mutex
	asked         map[string]int
	running, most int
}

func (c *counting) Aggregate(ctx context.Context, q ledger.Query) ([]ledger.Group, error) {
	c.mu.Lock()
	c.asked[fmt.Sprintf("%+v", q)]++
	c.running++
	c.most = max(c.most, c.running)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.running--
	}()
	time.Sleep(5 * time.Millisecond)
	return c.Reader.Aggregate(ctx, q)
}

func TestOverview_AsksEachQuestionOnce(t *testing.T) {
	store, period := aliased(t)
	reader := &counting{Reader: store, asked: map[string]int{}}
	question := report.OverviewQuestion{Period: period, Now: period.Until}
	answer, err := report.Overview(t.Context(), reader, question)
	require.NoError(t, err)
	assert.EqualValues(t, 9, answer.Period.Totals.Calls)
	assert.EqualValues(t, 9, answer.Month.Totals.Calls)
	assert.NotEmpty(t, answer.Problems)
	assert.NotEmpty(t, answer.Movers)
	for query, times := range reader.asked {
		assert.Equal(t, 1, times, query)
	}
	assert.Greater(t, reader.most, 1, "questions are asked side by side")

	again, err := report.Overview(t.Context(), store, question)
	require.NoError(t, err)
	assert.Equal(t, answer, again)
}
