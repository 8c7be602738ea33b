package moduletest

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCommand_IsInstalledByItsVersion(t *testing.T) {
	golang, dir, version := outside(t, nil)
	golang("install", repository+"/collector/cmd/spanledger@"+version)
	out, err := exec.CommandContext(t.Context(), filepath.Join(dir, "spanledger"), "version").Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), version)
}
