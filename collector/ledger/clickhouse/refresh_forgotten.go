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

// errForgetting says that sums may have a user again who was forgotten while they were made.
var errForgetting = errors.New("users were forgotten while calls were summed up")

// A refresh begins again some times, in another second than users were forgotten in.
const (
	refreshTries = 5
	refreshPause = time.Second
)

// sumUpWithoutForgotten is sumUp, unless a user was forgotten since it began: sums that were
// read before, and written after, have the user again.
func (s *Store) sumUpWithoutForgotten(ctx context.Context, r refreshData, begun time.Time, buckets []time.Time) error {
	run, err := s.sum(ctx, r, buckets)
	if err != nil {
		return err
	}
	forgotten, err := s.forgottenSince(ctx, r.Target, begun)
	switch {
	case err != nil:
		return err
	case forgotten:
		return errors.Join(errForgetting, s.giveUp(ctx, r.Target, run))
	}
	return s.settle(ctx, r, run, begun, buckets)
}

// forgottenSince tells whether a user was taken out of a table of sums since the second of an
// instant. A user of the server that may not know is told no: refreshes go on.
func (s *Store) forgottenSince(ctx context.Context, target string, instant time.Time) (bool, error) {
	var changed proto.ColUInt8
	err := s.do(ctx, ch.Query{
		Body: "SELECT count() > 0 AS changed FROM system.mutations" +
			" WHERE database = currentDatabase() AND table = {table:String} AND command LIKE '%user_id%' AND create_time >= fromUnixTimestamp({seconds:Int64})",
		Parameters: []proto.Parameter{parameter("table", target), parameter("seconds", fmt.Sprint(instant.Unix()))},
		Result:     proto.Results{{Name: "changed", Data: &changed}},
	})
	if ch.IsErr(err, proto.ErrAccessDenied) {
		return false, nil
	}
	return len(changed) > 0 && changed[0] == 1, err
}

// giveUp deletes the sums of a run from which no bucket is read.
func (s *Store) giveUp(ctx context.Context, target string, run uuid.UUID) error {
	return s.do(ctx, ch.Query{
		Body:       "ALTER TABLE " + target + " DELETE WHERE run = {run:UUID}",
		Parameters: []proto.Parameter{parameter("run", run.String())},
		Settings:   sooner,
	})
}

func pause(ctx context.Context, length time.Duration) error {
	select {
	case <-time.After(length):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
