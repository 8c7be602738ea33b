package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/google/uuid"
)

// refreshBuckets bounds what one statement sums up, and with it its memory.
const refreshBuckets = 48

// lagLimit is less than the two minutes an hour must have been quiet for.
const lagLimit = 30 * time.Second

type refreshData struct {
	Grain  string
	Source string // view the sums are made from
	Time   string // its column that names the bucket
	Target string // table of the sums
	View   string // what its settled sums are read through
	Bucket string // column of the view that names the bucket
	Length time.Duration
}

var refreshes = []refreshData{
	{Grain: "hour", Source: "rollup_source", Time: "hour", Target: "cost_hourly_rows", View: "cost_hourly", Bucket: "bucket AS hour", Length: time.Hour},
	{Grain: "day", Source: "cost_hourly", Time: "toStartOfDay(hour)", Target: "cost_daily_rows", View: "cost_daily", Bucket: "toDate(bucket) AS day", Length: day},
}

// Refresh sums up the hours, then the days, that have seen no insert for the
// setting rollup_quiet_seconds. Several processes may refresh at once: each
// writes a run of its own, and the last one named for a bucket is read. A run in which a
// user may be that was forgotten meanwhile is given up.
func (s *Store) Refresh(ctx context.Context) error {
	return s.wrap("refresh rollups", s.everyShard(ctx, func(s *Store) error { return s.refreshAll(ctx) }))
}

func (s *Store) refreshAll(ctx context.Context) error {
	if late, err := s.lagging(ctx); err != nil || late {
		return err
	}
	for _, r := range refreshes {
		for tries := 1; ; {
			n, err := s.refresh(ctx, r)
			if errors.Is(err, errForgetting) && tries < refreshTries {
				tries++
				if err = pause(ctx, refreshPause); err == nil {
					continue
				}
			}
			if err != nil {
				return fmt.Errorf("by %s: %w", r.Grain, err)
			}
			if n < refreshBuckets {
				break
			}
		}
	}
	return nil
}

// lagging tells whether a replica may lack what another has been sent: it would
// take an hour for quiet that is not. The next refresh sums it up.
func (s *Store) lagging(ctx context.Context) (bool, error) {
	if !s.cluster.replicated {
		return false, nil
	}
	var late proto.ColUInt8
	err := s.do(ctx, ch.Query{
		Body:       "SELECT count() > 0 AS late FROM system.replicas WHERE database = currentDatabase() AND absolute_delay > {seconds:UInt64}",
		Parameters: []proto.Parameter{parameter("seconds", fmt.Sprint(int(lagLimit.Seconds())))},
		Result:     proto.Results{{Name: "late", Data: &late}},
	})
	return len(late) > 0 && late[0] == 1, err
}

func (s *Store) refresh(ctx context.Context, r refreshData) (int, error) {
	var f fields
	var bucket proto.ColDateTime
	var buckets []time.Time
	var now int64 // in microseconds since 1970
	f.add("bucket", &bucket, func(row int) { buckets = append(buckets, bucket.Row(row)) })
	f.Sum("now", &now)
	if err := s.each(ctx, "stale_buckets.sql", r, nil, &f, func() {}); err != nil || len(buckets) == 0 {
		return 0, err
	}
	return len(buckets), s.sumUpWithoutForgotten(ctx, r, time.UnixMicro(now), buckets)
}

// sumUp has the buckets read from a run that began at an instant.
func (s *Store) sumUp(ctx context.Context, r refreshData, begun time.Time, buckets []time.Time) error {
	run, err := s.sum(ctx, r, buckets)
	if err != nil {
		return err
	}
	return s.settle(ctx, r, run, begun, buckets)
}

// sum writes a run of sums, from which nothing is read yet.
func (s *Store) sum(ctx context.Context, r refreshData, buckets []time.Time) (run uuid.UUID, err error) {
	statement, err := render("refresh_buckets.sql", r)
	if err != nil {
		return run, err
	}
	run = uuid.New()
	return run, s.do(ctx, ch.Query{Body: statement, Parameters: []proto.Parameter{
		parameter("run", run.String()), parameter("buckets", dateTimes(buckets)),
	}})
}

// settle names the run that the buckets are read from.
func (s *Store) settle(ctx context.Context, r refreshData, run uuid.UUID, begun time.Time, buckets []time.Time) error {
	statement, err := render("settle_buckets.sql", r)
	if err != nil {
		return err
	}
	return s.do(ctx, ch.Query{Body: statement, Parameters: []proto.Parameter{
		parameter("run", run.String()), parameter("begun", fmt.Sprint(begun.UnixMicro())), parameter("buckets", dateTimes(buckets)),
	}})
}

// dateTimes is the literal of an Array(DateTime).
func dateTimes(times []time.Time) string {
	text := []byte{'['}
	for i, t := range times {
		if i > 0 {
			text = append(text, ',')
		}
		text = t.UTC().AppendFormat(append(text, '\''), time.DateTime)
		text = append(text, '\'')
	}
	return string(append(text, ']'))
}
