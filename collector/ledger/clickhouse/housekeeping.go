package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Names in ledger_settings.
const (
	settingDetailDays = "detail_days"
	settingRollupDays = "rollup_days"
	settingLogDays    = "log_days"
)

// Retention implements ledger.Store. All shards have the same.
func (s *Store) Retention(ctx context.Context) (r ledger.Retention, err error) {
	err = s.everyShard(ctx, func(s *Store) (err error) {
		r, err = s.retention(ctx)
		return err
	})
	return r, s.wrap("retention", err)
}

func (s *Store) retention(ctx context.Context) (ledger.Retention, error) {
	var f fields
	var name string
	var value proto.ColUInt32
	r := ledger.DefaultRetention
	days := map[string]*int{settingDetailDays: &r.DetailDays, settingRollupDays: &r.RollupDays, settingLogDays: &r.LogDays}
	f.Text("n", &name)
	f.add("v", &value, func(row int) {
		if to := days[name]; to != nil {
			*to = int(value.Row(row))
		}
	})
	err := s.eachRow(ctx, "SELECT CAST(name, 'String') AS n, argMax(value, set) AS v FROM ledger_settings GROUP BY n", nil, &f, func() {})
	return r, err
}

// KeptSince implements ledger.Store.
func (s *Store) KeptSince(ctx context.Context) (time.Time, error) {
	r, err := s.Retention(ctx)
	return time.Now().UTC().Truncate(day).AddDate(0, 0, -r.DetailDays), err
}

// SetRetention implements ledger.Store. The server deletes what has
// expired with its merges. Hours that have not been summed up are first: calls
// that a shorter retention ends for are not read any more.
func (s *Store) SetRetention(ctx context.Context, r ledger.Retention) error {
	if err := r.Validate(); err != nil {
		return err
	}
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	return s.wrap("set retention", s.everyShard(ctx, func(s *Store) error { return s.setRetention(ctx, r) }))
}

func (s *Store) setRetention(ctx context.Context, r ledger.Retention) error {
	if err := s.keepExpiredSums(ctx); err != nil {
		return err
	}
	for name, value := range map[string]int{settingDetailDays: r.DetailDays, settingRollupDays: r.RollupDays, settingLogDays: r.LogDays} {
		if err := s.do(ctx, ch.Query{
			Body:     fmt.Sprintf("INSERT INTO ledger_settings (name, value) SELECT '%s', %d", name, value),
			Settings: sooner,
		}); err != nil {
			return err
		}
	}
	return s.limit(ctx, r)
}

// keepExpiredSums has the sums of days that have expired stay what counts: of
// a call that comes again once calls are kept for longer, the others are gone.
func (s *Store) keepExpiredSums(ctx context.Context) error {
	statement, err := render("keep_expired_sums.sql", nil)
	if err != nil {
		return err
	}
	return s.do(ctx, ch.Query{Body: statement})
}

// limit has the server delete what is older than the retention.
func (s *Store) limit(ctx context.Context, r ledger.Retention) error {
	for _, statement := range []string{
		// A day more, so that what the rollups stop reading is still there.
		fmt.Sprintf("ALTER TABLE %s MODIFY TTL toDateTime(start_time) + INTERVAL %d DAY", callTable, r.DetailDays+1),
		fmt.Sprintf("ALTER TABLE %s MODIFY TTL toDateTime(start_time) + INTERVAL %d DAY", spanTable, r.DetailDays+1),
		fmt.Sprintf("ALTER TABLE %s MODIFY TTL toDateTime(time) + INTERVAL %d DAY", resultTable, r.DetailDays+1),
		fmt.Sprintf("ALTER TABLE cost_hourly_rows MODIFY TTL bucket + INTERVAL %d DAY", r.RollupDays),
		fmt.Sprintf("ALTER TABLE cost_daily_rows MODIFY TTL bucket + INTERVAL %d DAY", r.RollupDays),
		fmt.Sprintf("ALTER TABLE %s MODIFY TTL toDateTime(time) + INTERVAL %d DAY", logTable, r.LogDays),
	} {
		if err := s.do(ctx, ch.Query{Body: statement, Settings: sooner}); err != nil {
			return err
		}
	}
	return nil
}

// sooner has a statement return when it is done on every replica, and leaves
// the rewriting of old parts to Expire.
var sooner = []ch.Setting{
	{Key: "mutations_sync", Value: "2", Important: true},
	{Key: "materialize_ttl_after_modify", Value: "0", Important: true},
}

// Expire implements ledger.Store. Hours that have not been summed up are,
// before their calls go.
func (s *Store) Expire(ctx context.Context) error {
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	return s.wrap("expire", s.everyShard(ctx, func(s *Store) error { return s.expire(ctx) }))
}

func (s *Store) expire(ctx context.Context) error {
	for _, table := range []string{callTable, spanTable, logTable, resultTable, "cost_hourly_rows", "cost_daily_rows"} {
		if err := s.do(ctx, ch.Query{Body: "ALTER TABLE " + table + " MATERIALIZE TTL", Settings: sooner}); err != nil {
			return err
		}
	}
	return nil
}

// Forget implements ledger.Store.
//
// A write that asked who is forgotten before, and is over after, keeps the user:
// forgetting again, a minute later, finds it.
func (s *Store) Forget(ctx context.Context, user string) (calls int64, err error) {
	if err := s.KeepForgotten(ctx, ledger.ForgottenUsers{ledger.NewForgottenUser(user, time.Now())}); err != nil {
		return 0, err
	}
	// First, while the calls still say whose conversations they are.
	if err := s.forgetConversations(ctx, user); err != nil {
		return 0, s.wrap("forget", err)
	}
	err = s.everyShard(ctx, func(s *Store) error {
		forgotten, err := s.forget(ctx, user)
		calls += forgotten
		return err
	})
	return calls, s.wrap("forget", err)
}

// forgetConversations takes the conversations of a user out of results, which may be on
// another shard than their calls.
func (s *Store) forgetConversations(ctx context.Context, user string) error {
	var f fields
	var conversation string
	var conversations []string
	f.Text("conversation", &conversation)
	if err := s.eachRow(ctx, "SELECT DISTINCT conversation_id AS conversation FROM "+callTable+" WHERE user_id = {user:String} AND conversation_id != ''",
		[]proto.Parameter{parameter("user", user)}, &f, func() { conversations = append(conversations, conversation) }); err != nil {
		return err
	}
	for some := range slices.Chunk(conversations, conversationsAtOnce) {
		var d dialect
		marks := make([]string, len(some))
		for i, id := range some {
			marks[i] = d.Bind(id)
		}
		statement := "ALTER TABLE " + resultTable + " UPDATE conversation_id = '' WHERE conversation_id IN (" + strings.Join(marks, ", ") + ")"
		if err := s.everyShard(ctx, func(s *Store) error {
			return s.do(ctx, ch.Query{Body: statement, Parameters: d.parameters, Settings: sooner})
		}); err != nil {
			return err
		}
	}
	return nil
}

// conversationsAtOnce keeps a statement below the 256 KiB that the server takes.
const conversationsAtOnce = 100

func (s *Store) forget(ctx context.Context, user string) (int64, error) {
	parameters := []proto.Parameter{parameter("user", user), parameter("forgotten", ledger.Forgotten)}
	var calls proto.ColUInt64
	if err := s.do(ctx, ch.Query{
		Body:       "SELECT count() AS calls FROM " + callTable + " FINAL WHERE user_id = {user:String}",
		Parameters: parameters,
		Result:     proto.Results{{Name: "calls", Data: &calls}},
	}); err != nil {
		return 0, err
	}
	for _, statement := range []string{
		// First, while the calls still say whose traces they are.
		"ALTER TABLE " + logTable + " DELETE WHERE user_id = {user:String} OR user_id = ''" +
			" AND trace_id IN (SELECT trace_id FROM " + callTable + " WHERE user_id = {user:String})",
		"ALTER TABLE " + callTable + " UPDATE user_id = {forgotten:String}, conversation_id = '' WHERE user_id = {user:String}",
		"ALTER TABLE " + spanTable + " UPDATE user_id = {forgotten:String}, conversation_id = '' WHERE user_id = {user:String}",
		"ALTER TABLE " + resultTable + " UPDATE user_id = {forgotten:String}, conversation_id = '' WHERE user_id = {user:String}",
		"ALTER TABLE cost_hourly_rows UPDATE user_id = {forgotten:String} WHERE user_id = {user:String}",
		"ALTER TABLE cost_daily_rows UPDATE user_id = {forgotten:String} WHERE user_id = {user:String}",
	} {
		if err := s.do(ctx, ch.Query{Body: statement, Parameters: parameters, Settings: sooner}); err != nil {
			return 0, err
		}
	}
	return int64(calls[0]), nil
}
