package pagetest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// days of history that the screens are tested on.
const days = 34

// TestPage drives one collector through everything that a reader does.
func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser for a minute")
	}
	data := t.TempDir()
	demo(t, data, "6s")
	long := longRun(t, data, 10_000)
	history(t, data, days)
	s := start(t, data)

	t.Run("screens", func(t *testing.T) {
		var found map[string][]string
		drive(t, s, &found, "screens.mjs")
		require.Len(t, found, 24, "every screen, wide and narrow")
		none(t, found)
	})
	t.Run("figures", func(t *testing.T) { compareFigures(t, s) })
	t.Run("tasks", func(t *testing.T) {
		var found map[string][]string
		drive(t, s, &found, "tasks.mjs", long)
		require.NotEmpty(t, found)
		none(t, found)
	})
}

// none fails for every problem that was found.
func none(t *testing.T, found map[string][]string) {
	t.Helper()
	for name, problems := range found {
		t.Run(name, func(t *testing.T) {
			for _, p := range problems {
				t.Error(p)
			}
		})
	}
}

func TestPage_TeachesUntilTheFirstCall(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	s := start(t, t.TempDir())
	var found struct {
		Taught   string
		Problems []string
	}
	drive(t, s, &found, "empty.mjs")
	assert.Contains(t, found.Taught, "otelgenai.NewTransport")
	assert.Empty(t, found.Problems)
}

func TestPage_AsksForTheToken(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	locked := filepath.Join(t.TempDir(), "locked.yaml")
	require.NoError(t, os.WriteFile(locked, []byte("extensions: {ledger_api: {token: open-sesame}}"), 0o600))
	s := start(t, t.TempDir(), "--config", locked)
	var problems []string
	drive(t, s, &problems, "token.mjs", "open-sesame")
	assert.Empty(t, problems)
}
