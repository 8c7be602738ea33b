package parts

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PageModules is the folder of npm packages that the page is bundled and tested
// with. Where it is missing the test is skipped; with CI set in the environment
// it fails.
func PageModules(tb testing.TB) string {
	tb.Helper()
	root, err := Root()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(root, ".cache", "page", "node_modules")
	_, err = os.Stat(path)
	return available(tb, path, err)
}

// Chromium is the path of the browser that the page is tested in.
func Chromium(tb testing.TB) string {
	tb.Helper()
	path, err := exec.LookPath("chromium")
	return available(tb, path, err)
}

func available(tb testing.TB, path string, err error) string {
	tb.Helper()
	if err == nil {
		return path
	}
	err = fmt.Errorf("%w (fix: make parts)", err)
	if os.Getenv("CI") != "" {
		tb.Fatal(err)
	}
	tb.Skip(err)
	return ""
}
