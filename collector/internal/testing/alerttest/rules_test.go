package alerttest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

const rules = "../../../../dashboards/rules"

type ruleFile struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Record, Alert, Expr string
			Labels, Annotations map[string]string
		}
	}
}

func readRules(t *testing.T) map[string]ruleFile {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(rules, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]ruleFile{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var one ruleFile
		require.NoError(t, yaml.Unmarshal(data, &one), file)
		all[filepath.Base(file)] = one
	}
	return all
}

func TestRules_FireStaySilentAndResolve(t *testing.T) {
	if testing.Short() {
		t.Skip("has promtool compute for minutes: -short leaves it out")
	}
	promtool := parts.Find(t, parts.Promtool)
	files, err := filepath.Glob(filepath.Join(rules, "tests", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), promtool, "test", "rules", filepath.Base(file))
			cmd.Dir = filepath.Dir(file)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
		})
	}
}

// withoutFigure are the alerts on something that is not there.
var withoutFigure = []string{"SpanledgerCollectorDown", "SpanledgerCollectorInstanceDown", "SpanledgerThresholdsMissing", "LLMPlannedBudgetsUnknown"}

func TestRules_EveryAlertSaysWhatItMeansAndWhereToLook(t *testing.T) {
	const runbooks = "https://github.com/spanledger/spanledger/blob/main/docs/runbooks/"
	boards := dashboardIDs(t)
	list, err := os.ReadFile("../../../../docs/runbooks/README.md")
	require.NoError(t, err)
	for file, one := range readRules(t) {
		for _, group := range one.Groups {
			for _, rule := range group.Rules {
				if rule.Alert == "" {
					continue
				}
				require.Contains(t, []string{"warning", "critical"}, rule.Labels["severity"], rule.Alert)
				require.Contains(t, []string{"behaviour", "cost", "budget", "ledger", "pipeline"}, rule.Labels["category"], rule.Alert)
				require.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
				require.NotEmpty(t, rule.Annotations["description"], rule.Alert)
				if !slices.Contains(withoutFigure, rule.Alert) {
					require.Regexp(t, `\$value \|\s+humanize|printf "[^"]+" \$value`, rule.Annotations["description"], rule.Alert)
				}

				name, ok := strings.CutPrefix(rule.Annotations["runbook_url"], runbooks)
				require.True(t, ok, "%s: %s: runbook_url", file, rule.Alert)
				checkRunbook(t, rule.Alert, filepath.Join("../../../../docs/runbooks", name))
				require.Contains(t, string(list), fmt.Sprintf("| `%s` | %s | [%s](%s) |", rule.Alert, rule.Labels["severity"], strings.TrimSuffix(name, ".md"), name),
					"docs/runbooks/README.md lists every alert")

				path := strings.TrimPrefix(rule.Annotations["dashboard"], "/d/")
				if end := strings.IndexAny(path, "?{"); end >= 0 {
					path = path[:end] // variables follow
				}
				require.Contains(t, boards, path, rule.Alert)
			}
		}
	}
}

// checkRunbook makes sure that the runbook exists, names the alert and has the
// parts a person woken at night looks for.
func checkRunbook(t *testing.T, alert, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err, alert)
	for _, part := range []string{alert, "## Meaning", "## First three commands", "## Fix"} {
		require.Contains(t, string(text), part, path)
	}
}

func dashboardIDs(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../../../dashboards/*.json")
	require.NoError(t, err)
	var ids []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var d struct{ UID string }
		require.NoError(t, json.Unmarshal(data, &d))
		ids = append(ids, d.UID)
	}
	return ids
}

// An alert compares with a named threshold, a budget or zero; a number in an
// expression would be a second place to keep it.
func TestRules_ThresholdsAreInOnePlace(t *testing.T) {
	all := readRules(t)
	known := map[string]bool{}
	for _, group := range all["thresholds.yaml"].Groups {
		for _, rule := range group.Rules {
			if rule.Record == "spanledger:threshold" {
				known[rule.Labels["name"]] = true
			}
		}
	}
	used := map[string]bool{}
	for file, one := range all {
		for _, group := range one.Groups {
			for _, rule := range group.Rules {
				for _, part := range strings.Split(rule.Expr, `spanledger:threshold{name="`)[1:] {
					name, _, _ := strings.Cut(part, `"`)
					require.True(t, known[name], "%s: %s%s compares with %q, which thresholds.yaml does not have", file, rule.Alert, rule.Record, name)
					used[name] = true
				}
			}
		}
	}
	for name := range known {
		require.True(t, used[name], "no rule uses the threshold %q", name)
	}
}
