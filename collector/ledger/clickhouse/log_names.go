package clickhouse

import (
	"context"
	"slices"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/lognames"
)

type logNamesData struct {
	Table      string
	Traces     []ledger.TraceID
	Conditions []string
}

// nameLogs gives records that name nobody the names of the calls in their trace.
func (s *Store) nameLogs(ctx context.Context, logs []ledger.Log) error {
	traces, from, until := lognames.Wanted(logs)
	names := make(map[ledger.TraceID]lognames.Names, len(traces))
	for chunk := range slices.Chunk(traces, lognames.Chunk) {
		b := builder{source: detail}
		statement, err := render("log_names.sql", logNamesData{Table: callTable, Traces: chunk, Conditions: b.period(from, until)})
		if err != nil {
			return err
		}
		if err := s.readNames(ctx, statement, b.parameters, names); err != nil {
			return err
		}
	}
	lognames.Fill(logs, names)
	return nil
}

func (s *Store) readNames(ctx context.Context, statement string, parameters []proto.Parameter, names map[ledger.TraceID]lognames.Names) error {
	id := proto.ColFixedStr{Size: len(ledger.TraceID{})}
	var user, department proto.ColStr
	return s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: parameters,
		Result:     proto.Results{{Name: "trace", Data: &id}, {Name: "user", Data: &user}, {Name: "department_name", Data: &department}},
		OnResult: func(context.Context, proto.Block) error {
			for i := range id.Rows() {
				names[ledger.TraceID(id.Row(i))] = lognames.Names{User: user.Row(i), Department: department.Row(i)}
			}
			return nil
		},
	})
}
