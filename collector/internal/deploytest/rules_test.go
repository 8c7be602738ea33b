package deploytest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write deploy/kubernetes/monitoring/prometheusrule.yaml")

const repository = "../../.."

// prometheusRule is the shipped rules as the Prometheus operator takes them.
func prometheusRule(t *testing.T) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, "dashboards/rules/*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	slices.Sort(files)
	groups := &yaml.Node{Kind: yaml.SequenceNode}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var one struct{ Groups yaml.Node }
		require.NoError(t, yaml.Unmarshal(data, &one), file)
		groups.Content = append(groups.Content, one.Groups.Content...)
	}
	var out bytes.Buffer
	out.WriteString("# Written from dashboards/rules; do not edit:\n#   go test ./collector/internal/deploytest -update\n")
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	require.NoError(t, enc.Encode(struct {
		APIVersion string            `yaml:"apiVersion"`
		Kind       string            `yaml:"kind"`
		Metadata   map[string]string `yaml:"metadata"`
		Spec       map[string]any    `yaml:"spec"`
	}{"monitoring.coreos.com/v1", "PrometheusRule", map[string]string{"name": "spanledger"}, map[string]any{"groups": groups}}))
	return out.Bytes()
}

func TestThePrometheusRuleIsTheShippedRules(t *testing.T) {
	path := filepath.Join(repository, "deploy/kubernetes/monitoring/prometheusrule.yaml")
	want := prometheusRule(t)
	if *update {
		require.NoError(t, os.WriteFile(path, want, 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), string(got), "run with -update")
}
