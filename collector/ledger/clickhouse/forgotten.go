package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
)

const forgottenTable = "forgotten_users"

// Forgotten implements ledger.Store. Every shard has the whole list: it is
// asked of the server that is connected to.
func (s *Store) Forgotten(ctx context.Context) (ledger.ForgottenUsers, error) {
	users, err := s.forgotten(ctx)
	return users, s.wrap("forgotten users", err)
}

func (s *Store) forgotten(ctx context.Context) (users ledger.ForgottenUsers, err error) {
	table := forgottenTable
	if s.cluster.name != "" {
		table = identifier(s.database+nodeSuffix) + "." + forgottenTable
	}
	var f fields
	var user ledger.ForgottenUser
	var since int64
	f.bytes("key", user.Key[:])
	f.bytes("hash", user.Hash[:])
	f.Sum("since_us", &since)
	err = s.each(ctx, "forgotten.sql", table, nil, &f, func() {
		user.Since = time.UnixMicro(since).UTC()
		users = append(users, user)
	})
	return users, err
}

// KeepForgotten implements ledger.Store.
func (s *Store) KeepForgotten(ctx context.Context, users ledger.ForgottenUsers) error {
	return s.wrap("keep forgotten users", s.everyShard(ctx, func(s *Store) error { return s.keepForgotten(ctx, users) }))
}

func (s *Store) keepForgotten(ctx context.Context, users ledger.ForgottenUsers) error {
	for i := range users {
		if err := s.do(ctx, ch.Query{
			Body: "INSERT INTO " + forgottenTable + " (key, hash, since) " +
				"SELECT unhex({key:String}), unhex({hash:String}), fromUnixTimestamp64Micro({since:Int64}, 'UTC')",
			Parameters: []proto.Parameter{
				parameter("key", fmt.Sprintf("%x", users[i].Key)),
				parameter("hash", fmt.Sprintf("%x", users[i].Hash)),
				parameter("since", fmt.Sprint(users[i].Since.UnixMicro())),
			},
		}); err != nil {
			return err
		}
	}
	return nil
}
