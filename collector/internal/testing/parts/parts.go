// Package parts finds the real servers that tests run against: the binaries
// that `make parts` puts into the repository's cache.
package parts

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Part is the name of a binary.
type Part string

// Parts.
const (
	Jaeger       Part = "jaeger"
	Prometheus   Part = "prometheus"
	Promtool     Part = "promtool"
	Alertmanager Part = "alertmanager"
	Amtool       Part = "amtool"
	Compose      Part = "docker-compose"
	Cyclonedx    Part = "cyclonedx-gomod"
	Esbuild      Part = "esbuild"
)

// Find returns the path of a part. Where it is missing the test is skipped,
// naming the part; with CI set in the environment it fails.
func Find(tb testing.TB, p Part) string {
	tb.Helper()
	path, err := find(p)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		tb.Fatal(err)
	}
	tb.Skip(err)
	return ""
}

func find(p Part) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, ".cache", "parts", string(p))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is not in the cache (hint: make parts): %w", p, err)
	}
	return path, nil
}

// Root is the root of the repository: the closest folder above the working
// directory that holds go.work.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.work above the working directory")
		}
		dir = parent
	}
}
