package deploytest

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// materials are the parts of CycloneDX that are compared.
type materials struct {
	BOMFormat  string `json:"bomFormat"`
	Components []struct {
		Name, Version, Purl string
		Hashes              []struct{ Alg, Content string }
	}
}

func TestSBOM_TheBillOfMaterialsListsEveryModuleOfTheBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("links the binary: -short leaves it out")
	}
	parts.Find(t, parts.Cyclonedx)
	binary := parts.Spanledger(t)
	info, err := buildinfo.ReadFile(binary)
	require.NoError(t, err)
	require.Greater(t, len(info.Deps), 100)

	first, second := writeMaterials(t, binary), writeMaterials(t, binary)
	require.Equal(t, string(first), string(second), "the same binary gives the same file")
	var got materials
	require.NoError(t, json.Unmarshal(first, &got))
	require.Equal(t, "CycloneDX", got.BOMFormat)
	listed := map[string]bool{}
	for _, c := range got.Components {
		listed[c.Name+"@"+c.Version] = true
		if strings.HasPrefix(c.Name, "github.com/spanledger/") || c.Name == "std" {
			continue // not downloaded, so without a checksum
		}
		require.NotEmpty(t, c.Hashes, c.Name)
		require.Contains(t, c.Purl, "pkg:golang/", c.Name)
	}
	for _, module := range info.Deps {
		if strings.HasPrefix(module.Path, "github.com/spanledger/") {
			continue // this repository
		}
		if module.Replace != nil {
			module = module.Replace
		}
		require.True(t, listed[module.Path+"@"+module.Version], "%s %s is in the binary and not in its bill of materials", module.Path, module.Version)
	}
	require.True(t, listed["std@"+info.GoVersion], "the standard library, whose vulnerabilities count as well")
}

func writeMaterials(t *testing.T, binary string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "spanledger.cdx.json")
	out, err := exec.CommandContext(t.Context(), filepath.Join(repository, "deploy/sbom"), binary, file).CombinedOutput()
	require.NoError(t, err, string(out))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return data
}
