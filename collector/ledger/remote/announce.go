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

// Announce writes where the API answers next to the DuckDB file of the DSN, for
// Discover, and returns the file's path. With the admin token, which may be "", those
// change the ledger who may read the file. For other stores there is nothing to
// announce, since they answer any process themselves: the path is "".
func Announce(dsn, url, adminToken string) (path string, err error) {
	path = announcement(dsn)
	if path == "" {
		return "", nil
	}
	// One that was left behind may be readable by others.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.WriteFile(path, []byte(url+"\n"+adminToken+"\n"), 0o600); err != nil {
		return "", err
	}
	return path, nil
}

// Discover finds the URL that the process which holds the DuckDB file of the
// DSN has announced; "" when none has.
func Discover(dsn string) (url string, err error) {
	url, _, err = announced(dsn)
	return url, err
}

// DiscoverAdminToken finds the token that was announced with the URL; "" when none
// was.
func DiscoverAdminToken(dsn string) (token string, err error) {
	_, token, err = announced(dsn)
	return token, err
}

func announced(dsn string) (url, adminToken string, err error) {
	path := announcement(dsn)
	if path == "" {
		return "", "", nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil
	}
	url, adminToken = splitAnnouncement(text)
	return url, adminToken, err
}

func splitAnnouncement(text []byte) (url, adminToken string) {
	url, adminToken, _ = strings.Cut(strings.TrimSpace(string(text)), "\n")
	return strings.TrimSpace(url), strings.TrimSpace(adminToken)
}

// Withdraw removes the announcement of url at path. One that is gone, or of
// another process by now, is left alone.
func Withdraw(path, url string) error {
	text, err := os.ReadFile(path)
	announced, _ := splitAnnouncement(text)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case announced != url:
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
