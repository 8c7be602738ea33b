package deploytest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const repository = "../../../.."

type ruleGroups struct{ Groups []any }

func TestPrometheusRule_IsTheShippedRules(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(repository, "dashboards/rules/*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	slices.Sort(files)
	var want ruleGroups
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var one ruleGroups
		require.NoError(t, yaml.Unmarshal(data, &one), file)
		want.Groups = append(want.Groups, one.Groups...)
	}
	var rule struct{ Spec ruleGroups }
	readManifest(t, "monitoring", "PrometheusRule", &rule)
	require.Equal(t, want, rule.Spec, "run make kubernetes-manifests")
}
