package dashboards_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
)

var update = flag.Bool("update", false, "write the dashboards")

const folder = "../../../dashboards"

func TestDashboards_TheFilesAreWhatTheCodeSays(t *testing.T) {
	all := dashboards.All()
	for name, dashboard := range all {
		want, err := dashboard.JSON()
		require.NoError(t, err)
		path := filepath.Join(folder, name+".json")
		if *update {
			require.NoError(t, os.WriteFile(path, want, 0o644))
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err, "run with -update to write it")
		require.Equal(t, string(want), string(got), "%s.json: run with -update", name)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.Len(t, files, len(all), "a file belongs to no dashboard")
}

// A Grafana that others have set up has data sources of other names and uids: each
// query takes those that are chosen in the lists of the dashboard.
func TestDashboards_EveryQueryUsesTheChosenDataSource(t *testing.T) {
	for name, dashboard := range dashboards.All() {
		file, err := dashboard.JSON()
		require.NoError(t, err)
		var whole map[string]any
		require.NoError(t, json.Unmarshal(file, &whole))
		kinds := map[string]string{} // of data sources, by the reference to their list
		for _, v := range dashboard.Templating.List {
			if v.Type == "datasource" {
				kinds["${"+v.Name+"}"] = v.Query.(string)
			}
		}
		used := 0
		var walk func(value any)
		walk = func(value any) {
			switch value := value.(type) {
			case []any:
				for _, one := range value {
					walk(one)
				}
			case map[string]any:
				for key, one := range value {
					if key == "datasource" {
						source, ok := one.(map[string]any)
						require.True(t, ok, "%s: data source %v", name, one)
						require.Equal(t, kinds[source["uid"].(string)], source["type"], "%s: data source %v", name, one)
						used++
					}
					walk(one)
				}
			}
		}
		walk(whole)
		require.Greater(t, used, 10, name)
	}
}

func TestDashboards_EveryPanelSaysWhatItShows(t *testing.T) {
	for name, dashboard := range dashboards.All() {
		require.NotEmpty(t, dashboard.Description, name)
		titles := map[string]bool{}
		for _, p := range dashboard.Panels {
			if p.Type == "row" || p.Type == "text" {
				continue
			}
			require.NotEmpty(t, p.Description, "%s: %s", name, p.Title)
			require.NotEmpty(t, p.Targets, "%s: %s", name, p.Title)
			require.False(t, titles[p.Type+p.Title], "%s has two panels %q", name, p.Title)
			titles[p.Type+p.Title] = true
		}
	}
}

func TestDashboards_PanelsDoNotOverlap(t *testing.T) {
	for name, dashboard := range dashboards.All() {
		taken := map[[2]int]string{}
		for _, p := range dashboard.Panels {
			g := p.GridPos
			require.LessOrEqual(t, g.X+g.W, 24, "%s: %s", name, p.Title)
			for x := g.X; x < g.X+g.W; x++ {
				for y := g.Y; y < g.Y+g.H; y++ {
					require.Empty(t, taken[[2]int{x, y}], "%s: %s", name, p.Title)
					taken[[2]int{x, y}] = p.Title + " "
				}
			}
		}
	}
}

// Series of calls and runs carry the environment; anyone who chose one must not be
// shown the others. Budgets and thresholds are those of the whole installation.
func TestDashboards_EveryQueryOfCallsKeepsToTheChosenEnvironment(t *testing.T) {
	ofCalls := regexp.MustCompile(`spanledger:(?:[a-z_]+):(?:rate5m|avg5m)(\{[^}]*\})?`)
	const chosen = `environment=~"$environment"`
	seen := 0
	for name, dashboard := range dashboards.All() {
		for _, p := range dashboard.Panels {
			for _, target := range p.Targets {
				for _, series := range ofCalls.FindAllStringSubmatch(target.Expr, -1) {
					if strings.HasPrefix(series[0], "spanledger:spans_") {
						continue // what the collector received, in all
					}
					seen++
					require.Contains(t, series[1], chosen, "%s: %s", name, p.Title)
				}
				if strings.Contains(target.RawSQL, "$__timeFilter") {
					require.Contains(t, target.RawSQL, "${environment:singlequote}", "%s: %s", name, p.Title)
				}
			}
		}
	}
	require.NotZero(t, seen)
}

// withoutPicture are the dashboards that the demo has nothing for.
var withoutPicture = []string{"coding-agents"}

func TestDashboards_EveryDashboardIsInTheDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../../docs/dashboards.md")
	require.NoError(t, err)
	for name, dashboard := range dashboards.All() {
		require.Contains(t, string(text), "\n## "+dashboard.Title+"\n", name)
		require.Contains(t, string(text), "| "+dashboard.Description+" |", name)
		if slices.Contains(withoutPicture, name) {
			continue
		}
		picture := "images/dashboard-" + name + ".png"
		require.Contains(t, string(text), "("+picture+")", name)
		require.FileExists(t, filepath.Join("../../../docs", picture))
	}
}
