package distro_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

type manifest struct {
	Dist struct {
		Output string `yaml:"output_path"`
		CGO    bool   `yaml:"cgo_enabled"`
	}
	Replaces []string

	Receivers, Processors, Connectors, Exporters, Extensions, Providers []struct {
		Module string `yaml:"gomod"`
		Import string
	}
}

func parseManifest(t *testing.T, path string) (m manifest) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &m))
	return m
}

// What the builder writes is a module in the output folder: its paths to this
// repository start there, and without cgo there is no DuckDB.
func TestManifest_TheManifestsCanBeBuilt(t *testing.T) {
	for _, path := range []string{"../builder.yaml", "../builder-kafka.yaml"} {
		m := parseManifest(t, path)
		assert.True(t, m.Dist.CGO, path)
		require.Len(t, m.Replaces, 1+len(regexp.MustCompile(`(?m)^\tgithub\.com/spanledger/spanledger/`).FindAllString(required(t), -1)),
			"%s: the module at the root and those of this repository that it requires", path)
		for _, replace := range m.Replaces {
			module, folder, ok := strings.Cut(replace, " => ")
			require.True(t, ok, replace)
			text, err := os.ReadFile(filepath.Join(filepath.Dir(path), m.Dist.Output, folder, "go.mod"))
			require.NoError(t, err, path)
			assert.Contains(t, string(text), "module "+module+"\n", path)
		}
	}
}

// required is the go.mod of the module at the root.
func required(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	return string(text)
}

func readManifest(t *testing.T, path string) (imports, modules []string) {
	t.Helper()
	m := parseManifest(t, path)
	for _, part := range [][]struct {
		Module string `yaml:"gomod"`
		Import string
	}{m.Receivers, m.Processors, m.Connectors, m.Exporters, m.Extensions, m.Providers} {
		for _, c := range part {
			modules = append(modules, c.Module)
			imported, _, _ := strings.Cut(c.Module, " ")
			if c.Import != "" {
				imported = c.Import
			}
			imports = append(imports, imported)
		}
	}
	return imports, modules
}

func TestManifest_NamesTheComponentsOfTheDistribution(t *testing.T) {
	component := regexp.MustCompile(`/(receiver|processor|connector|exporter|extension|provider)/`)
	var compiled []string
	for _, file := range []string{"components.go", "components_full.go", "command.go"} {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if component.MatchString(path) {
				compiled = append(compiled, path)
			}
		}
	}
	listed, _ := readManifest(t, "../builder.yaml")
	slices.Sort(compiled)
	slices.Sort(listed)
	assert.Equal(t, compiled, listed, "builder.yaml and components*.go differ: change both")
}

func TestManifest_HasTheVersionsOfGoMod(t *testing.T) {
	required := required(t)
	_, modules := readManifest(t, "../builder.yaml")
	for _, module := range modules {
		if strings.HasPrefix(module, "github.com/spanledger/") {
			continue
		}
		assert.Contains(t, required, "\t"+module+"\n", "builder.yaml has another version than go.mod")
	}
}
