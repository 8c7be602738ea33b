package clickhouse

import (
	"context"
	"fmt"
	"strconv"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// Prefixes implements ledger.Reader.
func (s *Store) Prefixes(ctx context.Context, q ledger.PrefixQuery) ([]ledger.PrefixUse, error) {
	var d dialect
	asked, err := sqlbuild.Prefixes(&d, q)
	if err != nil {
		return nil, err
	}
	statement, err := render("prefixes.sql", asked)
	if err != nil {
		return nil, err
	}
	d.parameters = append(d.parameters,
		parameter("min_tokens", strconv.FormatInt(q.MinTokens, 10)),
		parameter("within", strconv.FormatInt(int64(q.Within), 10)),
	)
	uses, err := s.prefixUses(ctx, statement, d.parameters, len(q.By))
	return uses, s.wrap("prefixes", err)
}

func (s *Store) prefixUses(ctx context.Context, statement string, parameters []proto.Parameter, dimensions int) ([]ledger.PrefixUse, error) {
	keys := make([]proto.ColStr, dimensions)
	var calls, long, prefixes, again proto.ColUInt64
	var tokens, againTokens proto.ColInt64
	results := make(proto.Results, 0, dimensions+6)
	for i := range keys {
		results = append(results, proto.ResultColumn{Name: fmt.Sprintf("k%d", i), Data: &keys[i]})
	}
	results = append(results,
		proto.ResultColumn{Name: "calls", Data: &calls},
		proto.ResultColumn{Name: "long_calls", Data: &long},
		proto.ResultColumn{Name: "prefixes", Data: &prefixes},
		proto.ResultColumn{Name: "again_calls", Data: &again},
		proto.ResultColumn{Name: "tokens", Data: &tokens},
		proto.ResultColumn{Name: "again_tokens", Data: &againTokens},
	)
	var uses []ledger.PrefixUse
	err := s.eachRow(ctx, statement, parameters, results, func(i int) {
		u := ledger.PrefixUse{
			Key: make([]string, dimensions), Calls: int64(calls[i]), Long: int64(long[i]),
			Prefixes: int64(prefixes[i]), Again: int64(again[i]), Tokens: tokens[i], AgainTokens: againTokens[i],
		}
		for k := range keys {
			u.Key[k] = keys[k].Row(i)
		}
		uses = append(uses, u)
	})
	return uses, err
}
