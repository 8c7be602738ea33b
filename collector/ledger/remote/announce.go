package remote

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// announcementSuffix names the file next to a DuckDB file that says where the
// process that holds it answers.
const announcementSuffix = ".api"

// Announce writes the URL of the API next to the DuckDB file of the DSN, for
// Discover, and returns the file's path. For other stores there is nothing to
// announce, since they answer any process themselves: the path is "".
func Announce(dsn, url string) (path string, err error) {
	path = announcement(dsn)
	if path == "" {
		return "", nil
	}
	if err := os.WriteFile(path, []byte(url+"\n"), 0o600); err != nil {
		return "", err
	}
	return path, nil
}

// Discover finds the URL that the process which holds the DuckDB file of the
// DSN has announced; "" when none has.
func Discover(dsn string) (url string, err error) {
	path := announcement(dsn)
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// Withdraw removes the announcement of url at path. One that is gone, or of
// another process by now, is left alone.
func Withdraw(path, url string) error {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case strings.TrimSpace(string(text)) != url:
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func announcement(dsn string) string {
	path, isDuckDB := strings.CutPrefix(dsn, "duckdb://")
	if !isDuckDB || path == "" || strings.HasPrefix(path, ":") {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return path + announcementSuffix
}
