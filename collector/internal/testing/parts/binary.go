package parts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// Spanledger compiles the project's own binary as a user would and returns its
// path. Linking takes seconds, so that all tests share one file: Go leaves it
// alone when nothing has changed, and puts a new one in its place, next to those
// that still run, when something has.
func Spanledger(tb testing.TB) string {
	tb.Helper()
	path, err := spanledger()
	if err != nil {
		tb.Fatalf("go build: %v", err)
	}
	return path
}

var spanledger = sync.OnceValues(func() (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "bin", "test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	// Test binaries run side by side.
	lock, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer lock.Close() // and unlock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "spanledger")
	build := exec.Command("go", "build", "-o", path, "./collector/cmd/spanledger")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})
