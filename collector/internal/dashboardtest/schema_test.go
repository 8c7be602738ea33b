package dashboardtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/parts"
)

func TestTheFilesFitTheSchemaGrafanaPublishes(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	out, err := checkSchema(t, files...)
	require.NoError(t, err, out)
}

func TestTheSchemaRefusesWhatGrafanaDoesNotKnow(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder, "operations.json"))
	require.NoError(t, err)
	cases := map[string][2]string{
		"an unknown key of the dashboard": {`"graphTooltip": 1`, `"graphTooltips": 1`},
		"an unknown option of a panel":    {`"placement": "bottom"`, `"placed": "bottom"`},
		"a value an option does not have": {`"lineInterpolation": "linear"`, `"lineInterpolation": "curly"`},
		"a value of the wrong kind":       {`"lineWidth": 1`, `"lineWidth": "thin"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, string(text), c[0])
			path := filepath.Join(t.TempDir(), "broken.json")
			require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(text), c[0], c[1], 1)), 0o600))
			out, err := checkSchema(t, path)
			require.Error(t, err, out)
		})
	}
}

func checkSchema(t *testing.T, files ...string) (string, error) {
	t.Helper()
	root, err := parts.Root()
	require.NoError(t, err)
	modules := filepath.Join(root, ".cache", "grafana-schema")
	if _, err := os.Stat(filepath.Join(modules, "node_modules")); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("Grafana's schema is not in the cache (cure: make parts): %v", err)
		}
		t.Skip("Grafana's schema is not in the cache (cure: make parts)")
	}
	out, err := exec.CommandContext(t.Context(), "node", append([]string{"schema.mjs", modules}, files...)...).CombinedOutput()
	return string(out), err
}
