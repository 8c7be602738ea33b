package clickhouse

import (
	"context"
	"time"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/lognames"
	"github.com/spanledger/spanledger/collector/ledger/internal/sqlbuild"
)

// nameLogs gives records that name no one the names of the calls in their trace.
func (s *Store) nameLogs(ctx context.Context, logs []ledger.Log) error {
	return lognames.Name(logs, func(traces []ledger.TraceID, from, until time.Time, names map[ledger.TraceID]lognames.Names) error {
		var d dialect
		statement, err := render("log_names.sql", sqlbuild.NamesOf(&d, traces, from, until))
		if err != nil {
			return err
		}
		return s.readNames(ctx, statement, d.parameters, names)
	})
}

func (s *Store) readNames(ctx context.Context, statement string, parameters []proto.Parameter, names map[ledger.TraceID]lognames.Names) error {
	id := proto.ColFixedStr{Size: len(ledger.TraceID{})}
	var user, department proto.ColStr
	return s.eachRow(ctx, statement, parameters, proto.Results{{Name: "trace", Data: &id}, {Name: "user", Data: &user}, {Name: "department_name", Data: &department}}, func(i int) {
		names[ledger.TraceID(id.Row(i))] = lognames.Names{User: user.Row(i), Department: department.Row(i)}
	})
}
