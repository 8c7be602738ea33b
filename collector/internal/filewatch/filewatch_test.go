package filewatch_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/spanledger/spanledger/collector/internal/filewatch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWatcher_SeesAFileWrittenAndReplaced(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a.csv"), filepath.Join(dir, "sub", "b.csv")
	require.NoError(t, os.Mkdir(filepath.Dir(second), 0o755))
	changed := make(chan struct{}, 16)
	w, err := filewatch.New([]string{first, second, first})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(first, []byte("0"), 0o600))
	w.Follow(func() { changed <- struct{}{} }, func(err error) { t.Error(err) })
	<-changed // what happened before Follow
	for name, change := range map[string]func() error{
		"written":    func() error { return os.WriteFile(first, []byte("1"), 0o600) },
		"in another": func() error { return os.WriteFile(second, []byte("1"), 0o600) },
		"replaced": func() error {
			if err := os.WriteFile(first+".new", []byte("2"), 0o600); err != nil {
				return err
			}
			return os.Rename(first+".new", first)
		},
	} {
		require.NoError(t, change())
		select {
		case <-changed:
		case <-time.After(10 * time.Second):
			t.Fatal(name, "is not seen")
		}
	}
	require.NoError(t, w.Stop())
}

func TestWatcher_NamesAFolderThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "prices.json")
	_, err := filewatch.New([]string{path})
	assert.ErrorContains(t, err, "watch the folder of "+path)
	var never *filewatch.Watcher
	assert.NoError(t, never.Stop())
}
