package clickhouse

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// mostRuns bounds a statement that names the run of each of its buckets.
const mostRuns = 1_000

// settledSums names what the sums of a period can be read from in place of their view. The
// view decides again and again which buckets are settled, in each of its parts; here it is
// decided once. The rows of a run never change and are kept, so that the answer is that of
// the moment at which the runs were looked up. It is empty where the view has to be asked:
// the period is not settled as a whole, has too many buckets, or is on several servers.
func (s *Store) settledSums(ctx context.Context, view string, from, until time.Time) (string, error) {
	i := slices.IndexFunc(refreshes, func(r refreshData) bool { return r.View == view })
	if i < 0 || from.IsZero() || until.IsZero() || s.cluster.name != "" {
		return "", nil
	}
	rollup := refreshes[i]
	bucketOf := func(t time.Time) time.Time { return t.Truncate(rollup.Length) }
	if bucketOf(until.Add(rollup.Length)).Sub(bucketOf(from)) > mostRuns*rollup.Length {
		return "", nil
	}
	var f fields
	var grain, run string
	var bucket proto.ColDateTime
	var at time.Time
	f.Text("grain", &grain)
	f.add("bucket", &bucket, func(row int) { at = bucket.Row(row).UTC() })
	f.Text("run", &run)
	settled := map[time.Time]string{}
	var needed []time.Time
	err := s.each(ctx, "settled_runs.sql", nil, period(ledger.Bounded(from), ledger.Bounded(until)), &f, func() {
		switch {
		case run != "" && grain == rollup.Grain:
			settled[at] = run
		case grain == string(ledger.Hourly):
			needed = append(needed, bucketOf(at))
		}
	})
	if err != nil {
		return "", err
	}
	for _, bucket := range needed {
		if settled[bucket] == "" {
			return "", nil
		}
	}
	var runs strings.Builder
	for bucket, run := range settled {
		runs.WriteString(", (toDateTime('" + bucket.Format(time.DateTime) + "', 'UTC'), toUUID('" + run + "'))")
	}
	if runs.Len() == 0 {
		return "", nil
	}
	return "(SELECT " + rollup.Bucket + ", * EXCEPT (bucket, run) FROM " + rollup.Target + " WHERE (bucket, run) IN (" + runs.String()[2:] + "))", nil
}
