package dashboardtest

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// recording is one of the shipped recording rules.
type recording struct {
	Record string
	Labels map[string]string `yaml:",omitempty"`
	Expr   string
}

// recordings are the shipped recording rules by how many others they stand
// on: those of the first level need scraped series only.
func recordings(tb testing.TB) [][]recording {
	tb.Helper()
	var all []recording
	for _, file := range []string{"thresholds.yaml", "recording.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, "rules", file))
		require.NoError(tb, err)
		var groups struct{ Groups []struct{ Rules []recording } }
		require.NoError(tb, yaml.Unmarshal(text, &groups), file)
		for _, group := range groups.Groups {
			all = append(all, group.Rules...)
		}
	}
	level := map[string]int{}
	for range all {
		for _, one := range all {
			level[one.Record] = max(level[one.Record], above(tb, one.Expr, level))
		}
	}
	levels := make([][]recording, slices.Max(slices.Collect(maps.Values(level))))
	for _, one := range all {
		levels[level[one.Record]-1] = append(levels[level[one.Record]-1], one)
	}
	return levels
}

// above is one more than the highest level an expression asks for.
func above(tb testing.TB, expr string, level map[string]int) int {
	tb.Helper()
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	require.NoError(tb, err, expr)
	highest := 0
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		if series, ok := node.(*parser.VectorSelector); ok {
			highest = max(highest, level[series.Name])
		}
		return nil
	})
	return highest + 1
}

// backfill records the rules over what is stored in dir, level by level, with
// promtool. Prometheus is started again for every level, to see the one below.
func backfill(b *testing.B, dir string, begin, end time.Time) {
	b.Helper()
	promtool := parts.Find(b, parts.Promtool)
	for i, rules := range recordings(b) {
		p, address := serve(b, dir)
		text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": fmt.Sprint("level-", i), "interval": "30s", "rules": rules}}})
		require.NoError(b, err)
		file := filepath.Join(b.TempDir(), "rules.yaml")
		require.NoError(b, os.WriteFile(file, text, 0o600))
		out, err := exec.CommandContext(b.Context(), promtool, "tsdb", "create-blocks-from", "rules",
			"--url", address, "--output-dir", dir,
			"--start", strconv.FormatInt(begin.Unix(), 10), "--end", strconv.FormatInt(end.Unix(), 10), file).CombinedOutput()
		require.NoError(b, err, string(out))
		require.NoError(b, p.Stop(time.Minute))
	}
}

// serve runs Prometheus over dir; it scrapes and records nothing.
func serve(b *testing.B, dir string) (p *parts.Process, address string) {
	b.Helper()
	config := filepath.Join(b.TempDir(), "prometheus.yml")
	require.NoError(b, os.WriteFile(config, []byte("global: {}\n"), 0o600))
	listen := parts.FreeAddr(b)
	p = parts.Run(b, parts.Find(b, parts.Prometheus), nil,
		"--config.file="+config, "--storage.tsdb.path="+dir, "--web.listen-address="+listen)
	address = "http://" + listen
	p.Ready(b, address+"/-/ready")
	return p, address
}
