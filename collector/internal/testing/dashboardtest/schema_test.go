package dashboardtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// One run of the checker for all files: reading Grafana's types takes longer
// than everything else.
func TestDashboards_TheFilesFitTheSchemaGrafanaPublishes(t *testing.T) {
	shipped, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, shipped)
	text, err := os.ReadFile(filepath.Join(folder, "operations.json"))
	require.NoError(t, err)
	broken := map[string][2]string{
		"unknown-key.json":    {`"graphTooltip": 1`, `"graphTooltips": 1`},
		"unknown-option.json": {`"placement": "bottom"`, `"placed": "bottom"`},
		"unknown-value.json":  {`"lineInterpolation": "linear"`, `"lineInterpolation": "curly"`},
		"wrong-kind.json":     {`"lineWidth": 1`, `"lineWidth": "thin"`},
	}
	dir, files := t.TempDir(), shipped
	for name, change := range broken {
		require.Contains(t, string(text), change[0])
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), change[0], change[1], 1)), 0o600))
		files = append(files, path)
	}
	out, err := checkSchema(t, files...)
	require.Error(t, err, "four files are broken")
	for name := range broken {
		require.Contains(t, out, name, "not found to be broken")
	}
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		for _, file := range shipped {
			require.False(t, strings.HasPrefix(line, file), line)
		}
	}
}

func checkSchema(t *testing.T, files ...string) (string, error) {
	t.Helper()
	root, err := parts.Root()
	require.NoError(t, err)
	modules := filepath.Join(root, ".cache", "grafana-schema")
	if _, err := os.Stat(filepath.Join(modules, "node_modules")); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("Grafana's schema is not in the cache (hint: make parts): %v", err)
		}
		t.Skip("Grafana's schema is not in the cache (hint: make parts)")
	}
	out, err := exec.CommandContext(t.Context(), "node", append([]string{"schema.mjs", modules}, files...)...).CombinedOutput()
	return string(out), err
}
