package deploytest

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

func TestEnvironment_ExampleIsWhatComposeReads(t *testing.T) {
	compose := parts.Find(t, parts.Compose)
	out, err := exec.CommandContext(t.Context(), compose, "--env-file", filepath.Join(repository, "deploy/.env.example"),
		"-f", filepath.Join(repository, "deploy/docker-compose.yaml"), "--profile", "demo", "config", "--variables").Output()
	require.NoError(t, err)
	var reads []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] != "NAME" {
			reads = append(reads, fields[0])
		}
	}
	example := readFile(t, "deploy/.env.example")
	var named []string
	for _, match := range regexp.MustCompile(`(?m)^([A-Z_]+)=`).FindAllStringSubmatch(example, -1) {
		named = append(named, match[1])
	}
	slices.Sort(reads)
	slices.Sort(named)
	require.Equal(t, reads, named)
}

func TestScaling_UsesTheMeasuredFigures(t *testing.T) {
	row := regexp.MustCompile(`(?m)^\| spanledger: [^|]*, as shipped \| ([\d.]+) \| ([\d.]+) \| (\d+) \|`).
		FindStringSubmatch(readFile(t, "docs/benchmarks.md"))
	require.Len(t, row, 4, "docs/benchmarks.md has no line for the collector as shipped")
	scaling := readFile(t, "docs/scaling.md")
	for _, line := range []string{
		"| CPU time of the collector | " + row[1] + " µs a span |",
		"| CPU time of ClickHouse, inserts and merges | " + row[2] + " µs a span |",
		"| disk in ClickHouse, after merges | " + row[3] + " bytes a span |",
	} {
		require.Contains(t, scaling, line, "measured again: calculate docs/scaling.md again")
	}
}
