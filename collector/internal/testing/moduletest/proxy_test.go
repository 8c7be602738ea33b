package moduletest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// repository is the module path at the root and the prefix of all others.
const repository = "github.com/spanledger/spanledger"

// released is this working tree as a module proxy offers a release.
type released struct{ proxy, version string }

var release = sync.OnceValues(func() (released, error) {
	root, err := parts.Root()
	if err != nil {
		return released{}, err
	}
	dir, err := os.MkdirTemp("", "spanledger-proxy-")
	if err != nil {
		return released{}, err
	}
	cmd := exec.Command("go", "run", ".", "proxy", dir)
	cmd.Dir, cmd.Env = filepath.Join(root, ".ci", "modules"), append(os.Environ(), "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	version, err := cmd.Output()
	if err != nil {
		return released{dir, ""}, fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return released{dir, strings.TrimSpace(string(version))}, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if r, err := release(); err == nil {
		_ = os.RemoveAll(r.proxy)
	}
	os.Exit(code)
}

// outside is a folder in no repository, with files and the proxy of this tree.
func outside(t *testing.T, files map[string]string) (golang func(args ...string) string, dir, version string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds modules: -short leaves it out")
	}
	r, err := release()
	require.NoError(t, err)
	usual, err := exec.Command("go", "env", "GOPROXY").Output()
	require.NoError(t, err)
	dir = t.TempDir()
	for name, content := range files {
		content = strings.ReplaceAll(content, "VERSION", r.version)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	golang = func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOBIN="+dir,
			"GOPROXY=file://"+r.proxy+","+strings.TrimSpace(string(usual)),
			"GONOSUMDB="+repository+","+repository+"/*")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %s\n%s", args, out)
		return string(out)
	}
	return golang, dir, r.version
}
