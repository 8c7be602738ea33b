package checktest

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
	"github.com/spanledger/spanledger/tracing/semconv"
)

const repository = "../../../.."

// finding is a line of the command's JSON.
type finding struct {
	Check, Grade, Finding string
	Hint                  string `json:"hint"`
}

// check runs the command and gives its findings by name of the check.
func check(t *testing.T, stack *stacktest.Stack, wantCode int, args ...string) map[string]finding {
	t.Helper()
	cmd := stack.Command(t.Context(), append([]string{"check", "--format", "json"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	require.Equal(t, wantCode, cmd.ProcessState.ExitCode(), "%s\n%s", stdout.String(), stderr.String())
	var answer struct{ Tables []struct{ Rows []finding } }
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &answer), stdout.String())
	require.Len(t, answer.Tables, 1)
	found := map[string]finding{}
	for _, f := range answer.Tables[0].Rows {
		found[f.Check] = f
		if f.Grade != "ok" && f.Grade != "skipped" {
			assert.NotEmpty(t, f.Hint, "%s names no fix", f.Check)
		}
	}
	return found
}

func TestCheck_TellsAWorkingInstallationFromBrokenOnes(t *testing.T) {
	if testing.Short() {
		t.Skip("drives built programs for minutes: -short leaves it out")
	}
	jaeger := startJaeger(t)
	stack := stacktest.Start(t, stacktest.Options{Windows: stacktest.Short, Jaeger: jaeger.otlp})
	stack.Demo(t, 3*time.Second, "--seed", "3")
	all := []string{"--store", stack.Store, "--otlp", stack.OTLP, "--prometheus", stack.Prometheus, "--jaeger", jaeger.query}
	// with is all of it, with one thing named otherwise.
	with := func(flag, value string) []string {
		args := append([]string{}, all...)
		for i := range args {
			if args[i] == flag {
				args[i+1] = value
			}
		}
		return args
	}

	t.Run("all is well", func(t *testing.T) {
		var found map[string]finding
		require.EventuallyWithT(t, func(c *assert.CollectT) { // the queue's way, two scrapes
			found = check(t, stack, 0, all...)
			for _, name := range []string{"arrival", "scrapes of job spanledger", "scrapes of job spanledger-collector"} {
				assert.Equal(c, "ok", found[name].Grade, found[name].Finding)
			}
		}, time.Minute, time.Second)
		assert.Equal(t, "ok", found["recognized spans"].Grade, found["recognized spans"].Finding)
		for _, name := range []string{"catalogue", "store", "schema", "clocks of senders", "receiver", "way to the ledger", "clock", "jaeger", "prometheus", "rules"} {
			assert.Equal(t, "ok", found[name].Grade, "%s: %s", name, found[name].Finding)
		}
		// The demo has a model without a price, and calls without an owner.
		assert.Equal(t, "warning", found["prices of calls"].Grade)
		check(t, stack, 1, append(all, "--strict")...)
	})
	t.Run("the test span is on no bill", func(t *testing.T) {
		out, err := stack.Command(t.Context(), "report", "cost", "--by", "application", "--store", stack.Store).CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), "research-desk")
		require.NotContains(t, string(out), "spanledger-check")
	})
	t.Run("Prometheus knows how the budgets stand", func(t *testing.T) {
		out := stack.Spanledger(t, "budget", "status", "--budgets", stack.Budgets, "--store", stack.Store, "--format", "json")
		var status struct {
			Tables []struct {
				Rows []struct {
					Budget string
					Every  string
					Spent  string `json:"spent_usd"`
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(out), &status), out)
		require.Len(t, status.Tables, 1)
		require.NotEmpty(t, status.Tables[0].Rows)
		all := 0.0
		for _, row := range status.Tables[0].Rows {
			spent, err := strconv.ParseFloat(row.Spent, 64)
			require.NoError(t, err)
			all += spent
			// A scrape may be answered with what was known half a minute before.
			query := fmt.Sprintf(`sum(spanledger_budget_spent_usd{job="spanledger-budgets",budget=%q,period=%q}) or vector(-1)`, row.Budget, row.Every)
			require.EventuallyWithT(t, func(c *assert.CollectT) {
				assert.InDelta(c, spent, stack.Value(t, query), 1e-9, query)
			}, time.Minute, time.Second)
		}
		require.Positive(t, all, "the demo's calls cost something")
	})
	t.Run("over HTTP, as the variable of applications says", func(t *testing.T) {
		t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
		found := check(t, stack, 0, "--store", stack.Store, "--otlp", strings.Replace(stack.OTLP, ":4317", ":4318/", 1))
		assert.Equal(t, "ok", found["receiver"].Grade, found["receiver"].Finding)
		assert.Equal(t, "ok", found["way to the ledger"].Grade)
		// gRPC's port does not speak it.
		found = check(t, stack, 1, "--store", stack.Store, "--otlp", stack.OTLP)
		assert.Equal(t, "failed", found["receiver"].Grade)
		assert.Contains(t, found["receiver"].Hint, "4318")
	})
	t.Run("spans that are not read are named", func(t *testing.T) {
		sendUnread(t, stack)
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			found := check(t, stack, 0, all...)["recognized spans"]
			assert.Equal(c, "warning", found.Grade, found.Finding)
			assert.Contains(c, found.Finding, "acme.llm (unknown_operation)")
		}, time.Minute, time.Second)
	})
	t.Run("what nobody named is left out", func(t *testing.T) {
		found := check(t, stack, 0, "--store", stack.Store)
		for _, name := range []string{"receiver", "jaeger", "prometheus"} {
			assert.Equal(t, "skipped", found[name].Grade, name)
		}
	})

	nobody := parts.FreeAddr(t)
	for name, tc := range map[string]struct {
		args   []string
		fails  string
		says   string
		cure   string
		stands []string // what must be found well all the same
	}{
		"nobody listens on the port": {
			with("--otlp", "http://"+nobody), "receiver", "connection refused", "4317", []string{"store", "prometheus", "jaeger"},
		},
		"the port is another program's": {
			with("--otlp", stack.Prometheus), "receiver", stack.Prometheus, "4317", []string{"store", "prometheus"},
		},
		"the store is down": {
			with("--store", "clickhouse://"+nobody+"/spanledger"), "store", "connection refused", "--store", []string{"receiver", "jaeger"},
		},
		"there is no such file": {
			with("--store", "duckdb://"+filepath.Join(t.TempDir(), "none.duckdb")), "store", "none.duckdb", "--store", []string{"receiver"},
		},
		"the schema is old": {
			with("--store", oldLedger(t)), "schema", "version 1", "docs/upgrading.md", []string{"store", "receiver"},
		},
		"the collector writes elsewhere": {
			append(with("--store", emptyLedger(t)), "--wait", "3s"), "way to the ledger", "is not in the ledger", "cost_ledger", []string{"receiver", "schema", "jaeger"},
		},
		"Jaeger is down": {
			with("--jaeger", "http://"+nobody), "jaeger", "connection refused", "16686", []string{"receiver", "way to the ledger"},
		},
		"Prometheus is down": {
			with("--prometheus", "http://"+nobody), "prometheus", "connection refused", "9090", []string{"receiver", "jaeger"},
		},
		"Prometheus scrapes something else": {
			with("--prometheus", strangePrometheus(t)), "scrapes of job spanledger", "no scrape job of this name", "deploy/prometheus/prometheus.yml", []string{"prometheus"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := check(t, stack, 1, tc.args...)
			assert.Equal(t, "failed", found[tc.fails].Grade, "%+v", found[tc.fails])
			assert.Contains(t, found[tc.fails].Finding, tc.says)
			assert.Contains(t, found[tc.fails].Hint, tc.cure)
			for _, name := range tc.stands {
				assert.Equal(t, "ok", found[name].Grade, "%+v", found[name])
			}
		})
	}

	t.Run("the catalogue is old", func(t *testing.T) {
		found := check(t, stack, 0, "--store", stack.Store, "--price-age", "1h")
		assert.Equal(t, "warning", found["catalogue"].Grade)
		assert.Contains(t, found["catalogue"].Hint, "price_file")
	})
	t.Run("a sender's clock is ahead", func(t *testing.T) {
		writeCall(t, stack.Store, time.Now().Add(6*time.Hour))
		found := check(t, stack, 0, "--store", stack.Store)
		assert.Equal(t, "warning", found["clocks of senders"].Grade)
		assert.Contains(t, found["clocks of senders"].Finding, "from-the-future")
	})
	t.Run("the collector has gone", func(t *testing.T) {
		stack.StopCollector(t)
		require.EventuallyWithT(t, func(c *assert.CollectT) { // the next scrape
			found := check(t, stack, 1, all...)
			assert.Equal(c, "failed", found["receiver"].Grade)
			assert.Equal(c, "failed", found["scrapes of job spanledger"].Grade)
			assert.Contains(c, found["scrapes of job spanledger"].Hint, "8889")
			assert.Equal(c, "skipped", found["way to the ledger"].Grade)
		}, time.Minute, time.Second)
	})
}

func TestCheck_RefusesWhatMakesNoSense(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a built program: -short leaves it out")
	}
	stack := stacktest.Start(t, stacktest.Options{DuckDB: true})
	for _, args := range [][]string{{"--wait", "0"}, {"--price-age", "-1h"}, {"--format", "xml"}, {"--server", "x", "--store", "duckdb://y"}, {"extra"}} {
		out, err := stack.Command(t.Context(), append([]string{"check"}, args...)...).CombinedOutput()
		require.Error(t, err, args)
		require.Contains(t, string(out), "--help", args)
	}
}

// sendUnread sends a span with a model and a provider, of an operation that no one knows.
func sendUnread(t *testing.T, stack *stacktest.Stack) {
	t.Helper()
	td := ptrace.NewTraces()
	scope := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	scope.Scope().SetName("acme.llm")
	span := scope.Spans().AppendEmpty()
	span.SetTraceID([16]byte{0xac})
	span.SetSpanID([8]byte{0xac})
	span.SetName("brew")
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Now()))
	require.NoError(t, span.Attributes().FromRaw(map[string]any{
		"gen_ai.operation.name": "brew", "gen_ai.provider.name": "acme", "gen_ai.request.model": "acme-1",
	}))
	body, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.Replace(stack.OTLP, ":4317", ":4318", 1)+"/v1/traces", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-protobuf")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
}

type jaeger struct{ otlp, query string }

// startJaeger starts the real Jaeger with the shipped configuration.
func startJaeger(t *testing.T) jaeger {
	t.Helper()
	program := parts.Find(t, parts.Jaeger)
	text, err := os.ReadFile(filepath.Join(repository, "deploy/jaeger/config.yaml"))
	require.NoError(t, err)
	j := jaeger{otlp: parts.FreeAddr(t), query: parts.FreeAddr(t)}
	health := parts.FreeAddr(t)
	config := filepath.Join(t.TempDir(), "jaeger.yaml")
	require.NoError(t, os.WriteFile(config, []byte(stacktest.Replaced(t, string(text),
		"0.0.0.0:4317", j.otlp, "0.0.0.0:16686", j.query, "0.0.0.0:16685", parts.FreeAddr(t), "0.0.0.0:13133", health)), 0o600))
	j.query = "http://" + j.query
	// Its spans of itself would go to a port that is not its own here.
	parts.Run(t, program, []string{"OTEL_TRACES_SAMPLER=always_off"}, "--config", config).Ready(t, j.query+"/api/services", j.otlp)
	return j
}

// strangePrometheus is a Prometheus that knows nothing of spanledger.
func strangePrometheus(t *testing.T) (url string) {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	require.NoError(t, os.WriteFile(config, []byte("scrape_configs: []\n"), 0o600))
	address := parts.FreeAddr(t)
	parts.Run(t, parts.Find(t, parts.Prometheus), nil, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address).Ready(t, "http://"+address+"/-/ready")
	return "http://" + address
}

// oldLedger is a DuckDB file as the first schema left it.
func oldLedger(t *testing.T) (dsn string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.duckdb")
	db, err := sql.Open("duckdb", path)
	require.NoError(t, err)
	defer db.Close()
	schema, err := os.ReadFile(filepath.Join(repository, "collector/ledger/duckdb/schema/0001_ledger.sql"))
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), string(schema)+`;
		CREATE TABLE ledger_schema (version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied TIMESTAMP NOT NULL DEFAULT now()::TIMESTAMP);
		INSERT INTO ledger_schema (version, name) VALUES (1, 'ledger')`)
	require.NoError(t, err)
	return "duckdb://" + path
}

func emptyLedger(t *testing.T) (dsn string) {
	t.Helper()
	dsn = "duckdb://" + filepath.Join(t.TempDir(), "empty.duckdb")
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Close())
	return dsn
}

func writeCall(t *testing.T, dsn string, start time.Time) {
	t.Helper()
	store, err := ledgerstore.Open(t.Context(), dsn)
	require.NoError(t, err)
	defer store.Close()
	c := ledger.Call{
		Start: start, Received: time.Now(), Application: "from-the-future", Department: "claims", RequestModel: "gpt-5",
		Role: semconv.RoleLLM, Billable: true, Cost: ledger.Cost{Status: "unpriced", Reason: "unknown_model"},
	}
	binary.BigEndian.PutUint64(c.TraceID[:], uint64(start.UnixNano()))
	binary.BigEndian.PutUint64(c.SpanID[:], uint64(start.UnixNano()))
	require.NoError(t, store.Write(t.Context(), ledger.Batch{Calls: []ledger.Call{c}}))
}
