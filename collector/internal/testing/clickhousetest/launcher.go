package clickhousetest

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// libraryVariable names the library in place of the one in the cache.
const libraryVariable = "CLICKHOUSE_LIB"

//go:embed server/server.c
var launcherSource []byte

// MissingError reports that this machine has no ClickHouse to start.
type MissingError struct{ Err error }

func (e *MissingError) Error() string {
	return "ClickHouse is not in the cache (hint: make parts): " + e.Err.Error()
}

func (e *MissingError) Unwrap() error { return e.Err }

// library finds libchdb.so.
func library() (string, error) {
	path := os.Getenv(libraryVariable)
	if path == "" {
		root, err := parts.Root()
		if err != nil {
			return "", &MissingError{err}
		}
		path = filepath.Join(root, ".cache", "chdb", "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so")
	}
	if _, err := os.Stat(path); err != nil {
		return "", &MissingError{err}
	}
	return path, nil
}

// launcher is the compiled server.c, built when its source is new.
func launcher() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(launcherSource)
	path := filepath.Join(dir, "spanledger", "clickhouse-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	work, err := os.MkdirTemp(filepath.Dir(path), "build-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(work) }()
	source, binary := filepath.Join(work, "server.c"), filepath.Join(work, "server")
	if err := os.WriteFile(source, launcherSource, 0o600); err != nil {
		return "", err
	}
	if out, err := exec.Command("cc", "-O1", "-o", binary, source, "-ldl").CombinedOutput(); err != nil {
		if _, ok := errors.AsType[*exec.Error](err); ok {
			return "", &MissingError{fmt.Errorf("its launcher needs a C compiler: %w", err)}
		}
		return "", fmt.Errorf("compile %s: %w\n%s", source, err, out)
	}
	// Several test binaries may come here at once: the last rename wins, and
	// all of them are the same file.
	return path, os.Rename(binary, path)
}
