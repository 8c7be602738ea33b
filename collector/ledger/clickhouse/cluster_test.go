package clickhouse_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// shards is a cluster of two servers with one ledger on it.
type shards struct {
	reused
	dsn string
}

const shardedLedger = "sharded"

func startShards(t *testing.T) *shards {
	if testing.Short() {
		t.Skip("starts several servers")
	}
	servers := clickhousetest.StartCluster(t, 2)
	addresses := make([]string, len(servers))
	for i, s := range servers {
		addresses[i] = s.NativeAddr
	}
	c := &shards{dsn: "clickhouse://" + strings.Join(addresses, ",") + "/" + shardedLedger + "?replicated=false&cluster=" + clickhousetest.ClusterName}
	c.reused = reused{store: openAlone(t, c.dsn), servers: servers, database: shardedLedger + "_node"}
	if err := c.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.settle(t)
	return c
}

func TestTwoShards(t *testing.T) {
	c := startShards(t)
	t.Run("are a store", func(t *testing.T) {
		ledgertest.Run(t, func(t *testing.T) ledger.Store { return c.empty(t) })
	})
	t.Run("settle bills", func(t *testing.T) {
		ledgertest.RunSettling(t, func(t *testing.T) ledger.Store { return c.empty(t) })
	})
	t.Run("hold a trace on one and traces on all", c.holdTraces)
	t.Run("list a model without a price once", c.listUnpriced)
	t.Run("refuse what cannot hold a ledger, by name", c.refuse)
}

func (c *shards) holdTraces(t *testing.T) {
	store := c.empty(t)
	calls := ledgertest.RandomCalls(500, 1) // five a trace
	if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	var sum int
	for i, s := range c.servers {
		answer, err := s.QueryIn(t.Context(), store.Database()+"_node", "SELECT count(), countIf(n != 5) FROM (SELECT count() AS n FROM llm_calls GROUP BY trace_id)")
		if err != nil {
			t.Fatal(err)
		}
		traces, torn, _ := strings.Cut(answer, "\t")
		n, err := strconv.Atoi(traces)
		if err != nil || n == 0 || torn != "0" {
			t.Errorf("shard %d: %s traces, %s of them in part", i+1, traces, torn)
		}
		sum += n
	}
	if sum != 100 {
		t.Errorf("%d traces on all shards, expected 100", sum)
	}
	for i, s := range c.servers {
		parameter := calls[0].TraceID.String()
		got, err := s.QueryIn(t.Context(), store.Database(), "SELECT count(), uniqExact(trace_id) FROM llm_calls_of_trace(trace = '"+parameter+"')")
		if err != nil || got != "5\t1" {
			t.Errorf("llm_calls_of_trace through node %d: %s, %v", i+1, got, err)
		}
	}
	// The list of its columns is in two files: one server's, and this one.
	columns := func(database string) string {
		names, err := c.servers[0].QueryIn(t.Context(), database, "DESCRIBE TABLE (SELECT * FROM llm_calls_of_trace(trace = '"+calls[0].TraceID.String()+"'))")
		if err != nil || names == "" {
			t.Fatalf("columns of llm_calls_of_trace: %q, %v", names, err)
		}
		return names
	}
	if alone, over := columns(store.Database()+"_node"), columns(store.Database()); alone != over {
		t.Errorf("llm_calls_of_trace has other columns over shards:\n%s\non one server:\n%s", over, alone)
	}
	// What a dashboard reads is the same through any node.
	for i, s := range c.servers {
		for _, table := range []string{"llm_calls", "cost_hourly", "cost_daily"} {
			what := "sum(calls)"
			if table == "llm_calls" {
				what = "count()"
			}
			where := ""
			if table == "llm_calls" {
				where = " WHERE billable"
			}
			got, err := s.QueryIn(t.Context(), store.Database(), "SELECT "+what+" FROM "+table+where)
			if err != nil || got != "500" {
				t.Errorf("%s through node %d: %s, %v", table, i+1, got, err)
			}
		}
	}
}

func (c *shards) listUnpriced(t *testing.T) {
	store := c.empty(t)
	calls := ledgertest.RandomCalls(200, 2)
	for i := range calls {
		calls[i].Provider, calls[i].RequestModel, calls[i].ResponseModel = "openai", "gpt-99", ""
		calls[i].Cost = ledger.Cost{Status: "unpriced", Reason: "unknown_model"}
	}
	if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	got, err := c.servers[0].QueryIn(t.Context(), store.Database(), "SELECT provider, model, calls FROM unpriced_models")
	if err != nil || got != "openai\tgpt-99\t200" {
		t.Errorf("unexpected answer: %q, %v", got, err)
	}
}

func (c *shards) refuse(t *testing.T) {
	store := c.empty(t)
	ctx := t.Context()
	for _, test := range []struct{ name, dsn, want string }{
		{"an unknown cluster", "clickhouse://" + c.servers[0].NativeAddr + "/x?cluster=nowhere", `cluster "nowhere": is not in remote_servers`},
		{"a ledger of a cluster, as if of one server", "clickhouse://" + c.servers[0].NativeAddr + "/" + store.Database(), `add cluster=ledger to the address`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := openAlone(t, test.dsn).Migrate(ctx)
			var refused *clickhouse.ClusterError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("unexpected answer: %v", err)
			}
		})
	}
}

func TestCluster_AShardThatIsDown(t *testing.T) {
	c := startShards(t)
	store := c.empty(t)
	calls := ledgertest.RandomCalls(100, 3)
	if err := store.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
		t.Fatal(err)
	}
	c.servers[0].Kill() // the one the store talks to: the next takes over
	again := openAlone(t, c.dsn)
	if err := again.Migrate(t.Context()); err != nil {
		t.Errorf("a collector that starts while a shard is down, with nothing to migrate: %v", err)
	}
	if _, err := again.Aggregate(t.Context(), ledger.Query{}); err == nil {
		t.Error("a sum without a shard is given as if it were whole")
	}
	if err := again.Write(t.Context(), ledger.Batch{Calls: ledgertest.RandomCalls(100, 4)}); err == nil {
		t.Error("a write without a shard is taken for stored")
	}
	// The library build of the server now and then dies of the insert it could
	// not hand on: the other shard starts again as well.
	for _, server := range c.servers {
		if err := server.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	// Repeating the write that failed is harmless.
	for range 2 {
		if err := again.Write(t.Context(), ledger.Batch{Calls: calls}); err != nil {
			t.Fatal(err)
		}
	}
	groups, err := again.Aggregate(t.Context(), ledger.Query{})
	if err != nil || groups[0].Totals.Calls < 100 || groups[0].Totals.Calls > 200 {
		t.Errorf("unexpected answer: %+v, %v", groups, err)
	}
}

func TestCluster_TablesOfAReplica(t *testing.T) {
	files, err := os.ReadDir("schema")
	if err != nil {
		t.Fatal(err)
	}
	var tables int
	for _, file := range files {
		text, err := os.ReadFile("schema/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		replicated := clickhouse.Replicate(string(text))
		tables += strings.Count(string(text), "MergeTree")
		if n, want := strings.Count(replicated, "ENGINE = Replicated"), strings.Count(string(text), "MergeTree"); n != want {
			t.Errorf("%s: %d replicated tables, expected %d", file.Name(), n, want)
		}
	}
	if tables == 0 {
		t.Error("the schema has no tables")
	}
	for statement, want := range map[string]string{
		"ENGINE = ReplacingMergeTree(version)\nORDER BY a": "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/{table}/{shard}', '{replica}', version)\nORDER BY a",
		"ENGINE = MergeTree\nORDER BY a":                   "ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/{table}/{shard}', '{replica}')\nORDER BY a",
		"ENGINE = Memory":                                  "ENGINE = Memory",
	} {
		if got := clickhouse.Replicate(statement); got != want {
			t.Errorf("%q became %q, expected %q", statement, got, want)
		}
	}
}
