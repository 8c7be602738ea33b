package clickhousetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// Start starts a server that ends with the test. Tests that need a database
// and no server of their own use Shared, which is faster.
func Start(tb testing.TB) *Server {
	tb.Helper()
	s, err := Launch(tb.Context(), tb.TempDir(), "", "")
	if err != nil {
		giveUp(tb, err)
	}
	tb.Cleanup(func() {
		if said := s.report(); tb.Failed() {
			tb.Logf("ClickHouse: %s", said)
		}
	})
	return s
}

var (
	shared = sync.OnceValues(func() (*Server, error) {
		dir, err := os.MkdirTemp("", "clickhousetest-")
		if err != nil {
			return nil, err
		}
		return Launch(context.Background(), dir, "", "")
	})
	databases atomic.Int64
)

// Shared returns the one server of the test binary and the name of a database
// that is this test's own: it does not exist yet, and is dropped afterwards.
// A test must not kill the shared server. Main ends it.
func Shared(tb testing.TB) (server *Server, database string) {
	tb.Helper()
	s, err := shared()
	if err != nil {
		giveUp(tb, err)
	}
	database = fmt.Sprintf("test_%d_%d", os.Getpid(), databases.Add(1))
	tb.Cleanup(func() {
		if _, err := s.Query(context.WithoutCancel(tb.Context()), "DROP DATABASE IF EXISTS "+database); err != nil {
			tb.Errorf("drop the test's database: %v", err)
		}
	})
	return s, database
}

// Main runs the tests of a package that uses Shared, ends the shared server,
// removes its data and returns the exit code.
func Main(m *testing.M) int {
	code := m.Run()
	if databases.Load() > 0 {
		if s, err := shared(); err == nil {
			if said := s.report(); code != 0 {
				fmt.Fprintln(os.Stderr, "shared ClickHouse:", said)
			}
			_ = os.RemoveAll(s.dir)
		}
	}
	return code
}

// giveUp skips the test where there is no ClickHouse, and fails it in CI or
// when ClickHouse is there and does not start.
func giveUp(tb testing.TB, err error) {
	tb.Helper()
	if _, ok := errors.AsType[*MissingError](err); ok && os.Getenv("CI") == "" {
		tb.Skip(err)
	}
	tb.Fatal(err)
}
