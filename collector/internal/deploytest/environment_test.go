package deploytest

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/parts"
)

func TestTheEnvironmentExampleIsWhatComposeReads(t *testing.T) {
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
