package duckdb

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestOpen_GivesQuestionsThreadsByUseAndSize(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	small, large := filepath.Join(t.TempDir(), "small"), filepath.Join(t.TempDir(), "large")
	for file, size := range map[string]int64{small: threadedFrom - 1, large: threadedFrom} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, size); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		use  use
		file string
		want string
	}{
		{reading, large, "8"}, {reading, small, "2"}, {ingesting, large, "2"}, {reading, filepath.Join(t.TempDir(), "none"), "2"},
	} {
		if got := test.use.settings(test.file)[settingThreads]; got != test.want {
			t.Errorf("reading %v, %s: %s threads, want %s", test.use, filepath.Base(test.file), got, test.want)
		}
	}
}

type settings struct {
	threads int
	memory  string
}

func TestOpenToRead_SetsThreadsAndMemory(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	path := filepath.Join(t.TempDir(), "ledger.duckdb")
	fill(t, path)
	for name, test := range map[string]struct {
		path string
		want settings
	}{"by itself": {path, settings{3, "488.2 MiB"}}, "as the path says": {path + "?threads=2&memory_limit=64MiB", settings{2, "64.0 MiB"}}} {
		t.Run(name, func(t *testing.T) {
			s, err := OpenToRead(t.Context(), test.path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			var got settings
			if err := s.sql.QueryRowContext(t.Context(), "SELECT current_setting('threads'), current_setting('memory_limit')").Scan(&got.threads, &got.memory); err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// fill makes a file that is large.
func fill(t *testing.T, path string) {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.sql.ExecContext(t.Context(), "CREATE TABLE numbers AS SELECT hash(range) AS n FROM range(?)", threadedFrom/6); err != nil {
		t.Fatal(err)
	}
}
