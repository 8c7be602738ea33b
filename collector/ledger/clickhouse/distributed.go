package clickhouse

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// engineClause is the engine of a table that keeps rows, as the schema writes it.
var engineClause = regexp.MustCompile(`ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?`)

// replicate makes the tables of a statement of the schema those of a replica.
// The server fills in the macros.
func replicate(statement string) string {
	return engineClause.ReplaceAllStringFunc(statement, func(clause string) string {
		parts := engineClause.FindStringSubmatch(clause)
		arguments := "'/clickhouse/tables/{database}/{table}/{shard}', '{replica}'"
		if parts[2] != "" {
			arguments += ", " + parts[2]
		}
		return "ENGINE = Replicated" + parts[1] + "(" + arguments + ")"
	})
}

// concatenated are the views whose whole consists of the rows of all shards, one
// after the other.
var concatenated = []string{"llm_calls", "agent_spans", "cost_hourly", "cost_daily", "logs", "evaluations", "outcomes"}

// distribute creates, on one node, the database that is asked and written to:
// a Distributed table over each table that holds rows of traces and over each
// view of them, and the views that sum up over shards.
func (s *Store) distribute(ctx context.Context, n *Store) error {
	if err := n.doOutside(ctx, ch.Query{Body: "CREATE DATABASE IF NOT EXISTS " + identifier(s.database)}); err != nil {
		return err
	}
	keys, err := n.shardingKeys(ctx)
	if err != nil {
		return err
	}
	for _, name := range concatenated {
		keys[name] = ""
	}
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		key := keys[name]
		if key != "" {
			key = ", " + key
		}
		statement := fmt.Sprintf("CREATE OR REPLACE TABLE %[1]s.%[3]s AS %[2]s.%[3]s ENGINE = Distributed('%[4]s', %[2]s, '%[3]s'%[5]s)",
			identifier(s.database), identifier(n.database), name, s.cluster.name, key)
		if err := n.exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range []string{"distributed_unpriced.sql", "distributed_trace.sql"} {
		statement, err := render(name, distributedData{Database: identifier(s.database)})
		if err != nil {
			return err
		}
		if err := n.exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

type distributedData struct{ Database string }

// shardingKeys says what decides the shard of a row, by table. Everything of a
// trace is together; log records outside of traces and results, which join calls of any
// shard, are spread.
func (s *Store) shardingKeys(ctx context.Context) (map[string]string, error) {
	var table proto.ColStr
	var logs, results proto.ColUInt8
	keys := make(map[string]string)
	err := s.do(ctx, ch.Query{
		Body: `SELECT CAST(table, 'String') AS title, has(groupArray(name), 'log_id') AS logs, has(groupArray(name), 'result_id') AS results FROM system.columns
			WHERE database = currentDatabase()
			  AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
			GROUP BY table HAVING has(groupArray(name), 'trace_id')`,
		Result: proto.Results{{Name: "title", Data: &table}, {Name: "logs", Data: &logs}, {Name: "results", Data: &results}},
		OnResult: func(context.Context, proto.Block) error {
			for i := range logs {
				keys[table.Row(i)] = "sipHash64(trace_id)"
				switch {
				case logs[i] == 1:
					keys[table.Row(i)] = "if(trace_id = toFixedString('', 16), sipHash64(log_id), sipHash64(trace_id))"
				case results[i] == 1:
					keys[table.Row(i)] = "sipHash64(result_id)"
				}
			}
			return nil
		},
	})
	return keys, err
}

// identifier is a name in a statement; a DSN admits no back quote.
func identifier(name string) string { return "`" + name + "`" }
