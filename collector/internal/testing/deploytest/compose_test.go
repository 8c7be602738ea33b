package deploytest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Networks map[string]any
}

type service struct {
	Image    string
	Restart  string
	Ports    []string
	Volumes  []string
	Networks []string
	// Environment is as written, before variables are filled in.
	Environment map[string]string
	PullPolicy  string   `yaml:"pull_policy"`
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	Deploy      struct {
		Resources struct{ Limits map[string]string }
	}
	Healthcheck map[string]any
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	readYAML(t, "deploy/docker-compose.yaml", &c)
	require.NotEmpty(t, c.Services)
	return c
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository, path))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, into), path)
}

func TestCompose_EveryServiceIsBoundedPinnedAndOnLoopback(t *testing.T) {
	for name, s := range readCompose(t).Services {
		require.Equal(t, "unless-stopped", s.Restart, name)
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
		require.NotEmpty(t, s.Deploy.Resources.Limits["cpus"], name)
		require.NotEmpty(t, s.Deploy.Resources.Limits["memory"], name)
		require.NotEmpty(t, s.Networks, name)
		for _, port := range s.Ports {
			require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s publishes %s", name, port)
		}
		if !strings.HasPrefix(s.Image, "spanledger/") {
			require.Regexp(t, `:v?\d+\.\d+`, s.Image, "%s has no pinned version", name)
			require.NotContains(t, s.Image, "latest", name)
		}
		if name != "jaeger" { // its image has no program to ask with
			require.NotEmpty(t, s.Healthcheck, name)
		}
	}
}

// The limits together leave room for the system on a machine with 8 GB.
func TestCompose_MemoryLimitsAddUpToSixGiB(t *testing.T) {
	total := 0
	for name, s := range readCompose(t).Services {
		limit := s.Deploy.Resources.Limits["memory"]
		require.Regexp(t, `^[0-9]+[mg]$`, limit, name)
		n, err := strconv.Atoi(limit[:len(limit)-1])
		require.NoError(t, err)
		if limit[len(limit)-1] == 'g' {
			n *= 1024
		}
		total += n
	}
	require.LessOrEqual(t, total, 6*1024)
	require.Contains(t, readFile(t, "docs/deployment.md"), fmt.Sprintf("add up to %.1f GiB", float64(total)/1024))
}

// No registry has the image, and asking one for it would fail.
func TestCompose_OwnImageIsBuiltNotPulled(t *testing.T) {
	for name, s := range readCompose(t).Services {
		if strings.HasPrefix(s.Image, "spanledger/") {
			require.Contains(t, []string{"build", "never"}, s.PullPolicy, name)
		}
	}
}

func TestCompose_WhatIsMountedExists(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if !strings.HasPrefix(source, ".") {
				require.Contains(t, c.Volumes, source, name)
				continue
			}
			_, err := os.Stat(filepath.Join(repository, "deploy", source))
			require.NoError(t, err, name)
		}
		for _, network := range s.Networks {
			require.Contains(t, c.Networks, network, name)
		}
	}
}

func TestCompose_NoPasswordHasADefaultAndTheExampleNamesAll(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "deploy/docker-compose.yaml"))
	require.NoError(t, err)
	example, err := os.Open(filepath.Join(repository, "deploy/.env.example"))
	require.NoError(t, err)
	defer example.Close()
	named := map[string]string{}
	for lines := bufio.NewScanner(example); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), "="); ok && !strings.HasPrefix(key, "#") {
			named[key] = value
		}
	}
	for _, match := range regexp.MustCompile(`\$\{(\w+)(:[?-])?`).FindAllStringSubmatch(string(text), -1) {
		value, ok := named[match[1]]
		require.True(t, ok, ".env.example does not name %s", match[1])
		if strings.HasSuffix(match[1], "PASSWORD") {
			require.Equal(t, ":?", match[2], "%s has a default", match[1])
			require.Empty(t, value, "%s has a known value", match[1])
		}
	}
}

func TestCompose_DashboardsAndProvisionedDataSourcesNameEachOther(t *testing.T) {
	var sources struct {
		Datasources []struct{ UID, Type string }
	}
	readYAML(t, "deploy/grafana/provisioning/datasources/spanledger.yaml", &sources)
	provisioned := map[string]string{}
	for _, s := range sources.Datasources {
		provisioned[s.UID] = s.Type
	}
	files, err := filepath.Glob(filepath.Join(repository, "dashboards/*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var dashboard any
		require.NoError(t, json.Unmarshal(data, &dashboard))
		chosen := chosenDataSources(t, data)
		walk(dashboard, func(object map[string]any) {
			uid, hasUID := object["uid"].(string)
			kind, hasType := object["type"].(string)
			if hasUID && hasType && len(object) == 2 {
				if name, isVariable := strings.CutPrefix(uid, "${"); isVariable {
					uid = chosen[strings.TrimSuffix(name, "}")]
				}
				require.Equal(t, provisioned[uid], kind, "%s: data source %s", file, uid)
			}
		})
	}
	var provider struct {
		Providers []struct{ Options struct{ Path string } }
	}
	readYAML(t, "deploy/grafana/provisioning/dashboards/spanledger.yaml", &provider)
	require.Contains(t, readCompose(t).Services["grafana"].Volumes, "../dashboards:"+provider.Providers[0].Options.Path+":ro")
}

// chosenDataSources are the data sources that the variables of a dashboard name
// until someone chooses others, by variable.
func chosenDataSources(t *testing.T, dashboard []byte) map[string]string {
	t.Helper()
	var d struct {
		Templating struct {
			List []struct {
				Name, Type string
				Current    struct{ Value any }
			}
		}
	}
	require.NoError(t, json.Unmarshal(dashboard, &d))
	chosen := map[string]string{}
	for _, v := range d.Templating.List {
		if v.Type == "datasource" {
			chosen[v.Name] = v.Current.Value.(string)
		}
	}
	return chosen
}

func walk(node any, visit func(map[string]any)) {
	switch n := node.(type) {
	case map[string]any:
		visit(n)
		for _, child := range n {
			walk(child, visit)
		}
	case []any:
		for _, child := range n {
			walk(child, visit)
		}
	}
}

func TestCompose_TheImageIsBuiltWithTheToolChainOfTheModules(t *testing.T) {
	dockerfile, err := os.ReadFile(filepath.Join(repository, "deploy/Dockerfile"))
	require.NoError(t, err)
	module, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(module)
	require.NotNil(t, version)
	image := regexp.MustCompile(`(?m)^FROM golang:(\S+)-bookworm`).FindSubmatch(dockerfile)
	require.NotNil(t, image)
	require.True(t, strings.HasPrefix(string(image[1]), string(version[1])+"."), "golang:%s for go %s", image[1], version[1])
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository, path))
	require.NoError(t, err)
	return string(data)
}
