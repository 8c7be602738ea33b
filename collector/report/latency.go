package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
)

// LatencyQuestion asks how long calls took.
type LatencyQuestion struct {
	Period Period
	By     []ledger.Dimension // none = model
	Where  []ledger.Condition
	Top    int // 0 = all; else the slowest
}

// LatencyAnswer holds the slowest first, by p95.
type LatencyAnswer struct {
	Question LatencyQuestion
	Lines    []LatencyLine
	More     int // lines that Top left out
	Total    LatencyLine
	Expired  Expired // calls whose durations are gone; in no line
}

// LatencyLine is one group of calls, failed ones included.
type LatencyLine struct {
	Labels  []string
	Totals  ledger.Totals
	Latency ledger.Latency
}

// OutputRate is output tokens a second of call duration; 0 when nothing took time.
func (l *LatencyLine) OutputRate() float64 {
	if l.Totals.Duration <= 0 {
		return 0
	}
	return float64(l.Totals.Output) / l.Totals.Duration.Seconds()
}

// Latency asks reader the question.
func Latency(ctx context.Context, reader ledger.Reader, q LatencyQuestion) (*LatencyAnswer, error) {
	reader = named(reader)
	if err := q.Period.Validate(); err != nil {
		return nil, err
	}
	if len(q.By) == 0 {
		q.By = []ledger.Dimension{ledger.ByModel}
	}
	all, err := whole(ctx, reader, q.Period, q.Where)
	if err != nil {
		return nil, err
	}
	query, total := all.query, all.detail
	query.By = q.By
	groups, err := reader.Aggregate(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read calls by %s: %w", phrase(q.By), err)
	}
	answer := &LatencyAnswer{Question: q, Total: LatencyLine{Totals: total.Totals, Latency: total.Latency}, Expired: all.expired}
	for i := range groups {
		answer.Lines = append(answer.Lines, LatencyLine{
			Labels: labels(q.By, groups[i].Key), Totals: groups[i].Totals, Latency: groups[i].Latency,
		})
	}
	rowsort.StableFunc(answer.Lines, func(a, b LatencyLine) int {
		return cmp.Or(cmp.Compare(b.Latency.P95, a.Latency.P95), slices.Compare(a.Labels, b.Labels))
	})
	if q.Top > 0 && len(answer.Lines) > q.Top {
		answer.More = len(answer.Lines) - q.Top
		answer.Lines = answer.Lines[:q.Top]
	}
	return answer, nil
}
