package stacktest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	promv1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// Options of a stack.
type Options struct {
	// DuckDB keeps the ledger in a file instead of the real ClickHouse.
	DuckDB bool
	// Windows of the recording and alerting rules. Default: AsShipped.
	Windows Windows
	// Thresholds replaces numbers of rules/thresholds.yaml, by name; a budget of
	// the whole installation is called "daily" or "monthly".
	Thresholds map[string]string
	// Alertmanager is host:port of where alerts go. Default: nowhere.
	Alertmanager string
	// Jaeger is host:port of where traces go. Default: nowhere, traces are given up.
	Jaeger string
}

// Stack is a running collector and Prometheus; it ends with the test.
type Stack struct {
	OTLP       string                 // URL of OTLP over gRPC
	Prometheus string                 // URL
	ClickHouse *clickhousetest.Server // nil with DuckDB
	Database   string                 // of ClickHouse
	Store      string                 // DSN of the ledger
	Budgets    string                 // file of the collector's budgets

	binary    string
	collector *parts.Process
}

// Start starts a stack.
func Start(tb testing.TB, opts Options) *Stack {
	tb.Helper()
	prometheus := parts.Find(tb, parts.Prometheus)
	root, err := parts.Root()
	if err != nil {
		tb.Fatal(err)
	}
	s := &Stack{binary: parts.Spanledger(tb), Database: "spanledger", Budgets: plan(tb)}
	data := tb.TempDir()
	dsn := "duckdb://" + filepath.Join(data, "ledger.duckdb")
	if !opts.DuckDB {
		s.ClickHouse = clickhousetest.Start(tb)
		dsn = s.ClickHouse.DSN(s.Database)
	}
	s.Store = dsn
	if opts.Jaeger == "" {
		opts.Jaeger = parts.FreeAddr(tb)
	}
	host := parts.Loopback(tb)
	s.OTLP = "http://" + host + ":4317"
	s.collector = parts.Run(tb, s.binary, []string{
		"SPANLEDGER_LISTEN=" + host,
		"SPANLEDGER_API=" + host + ":8890",
		"SPANLEDGER_DATA=" + data,
		"SPANLEDGER_BUDGETS=" + s.Budgets,
		"CLICKHOUSE_ENDPOINT=" + dsn,
		"JAEGER_ENDPOINT=" + opts.Jaeger,
		"SPANLEDGER_GATEWAYS=[127.0.0.1]", // the demo's vendors are on loopback
	}, "collector", "--config", filepath.Join(root, "otel-collector.yaml"))
	s.collector.Ready(tb, "http://"+host+":13133/")
	s.startPrometheus(tb, prometheus, root, host, opts)
	return s
}

func (s *Stack) startPrometheus(tb testing.TB, program, root, host string, opts Options) {
	tb.Helper()
	dir := tb.TempDir()
	config := Replaced(tb, read(tb, root, "deploy", "prometheus", "prometheus.yml"),
		"collector:8889", host+":8889",
		"collector:8888", host+":8888",
		"collector:8891", host+":8891",
		"scrape_interval: 30s", "scrape_interval: "+opts.Windows.scrape(),
		"scrape_interval: 15s", "scrape_interval: "+opts.Windows.scrape(),
		"scrape_timeout: 10s", "scrape_timeout: "+opts.Windows.scrape(),
		"evaluation_interval: 30s", "evaluation_interval: "+opts.Windows.scrape(),
	)
	if opts.Alertmanager != "" {
		config = Replaced(tb, config, "alertmanager:9093", opts.Alertmanager)
	}
	write(tb, filepath.Join(dir, "prometheus.yml"), config)
	if err := os.Mkdir(filepath.Join(dir, "rules"), 0o755); err != nil {
		tb.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "dashboards", "rules", "*.yaml"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("rules: %d files, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		text := opts.Windows.apply(tb, name, read(tb, file))
		if name == "thresholds.yaml" {
			text = replaceThresholds(tb, text, opts.Thresholds)
		}
		write(tb, filepath.Join(dir, "rules", name), text)
	}
	addr := parts.FreeAddr(tb)
	p := parts.Run(tb, program, nil,
		"--config.file="+filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--enable-feature=exemplar-storage",
		"--enable-feature=created-timestamp-zero-ingestion",
		"--web.listen-address="+addr)
	s.Prometheus = "http://" + addr
	p.Ready(tb, s.Prometheus+"/-/ready")
}

// Demo runs `spanledger demo` into the stack until it ends.
func (s *Stack) Demo(tb testing.TB, length time.Duration, args ...string) {
	tb.Helper()
	s.Spanledger(tb, append([]string{"demo", "--otlp-endpoint", s.OTLP, "--duration", length.String()}, args...)...)
}

// Spanledger runs a command of the built binary to its end and returns what it
// printed.
func (s *Stack) Spanledger(tb testing.TB, args ...string) string {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), s.binary, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		tb.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return string(out)
}

// Value asks Prometheus for one number.
func (s *Stack) Value(tb testing.TB, query string) float64 {
	tb.Helper()
	client, err := api.NewClient(api.Config{Address: s.Prometheus})
	if err != nil {
		tb.Fatal(err)
	}
	answer, _, _, err := promv1.NewAPI(client).Query(tb.Context(), query, time.Now())
	if err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	vector, ok := answer.(model.Vector)
	if !ok || len(vector) != 1 {
		tb.Fatalf("%s: expected one number, got %v", query, answer)
	}
	return float64(vector[0].Value)
}

// Command is the stack's binary with a command line.
func (s *Stack) Command(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, s.binary, args...)
}

// StopCollector ends the collector and leaves Prometheus watching.
func (s *Stack) StopCollector(tb testing.TB) {
	tb.Helper()
	if err := s.collector.Stop(30 * time.Second); err != nil {
		tb.Fatal(err)
	}
}
