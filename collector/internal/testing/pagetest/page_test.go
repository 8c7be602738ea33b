package pagetest

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

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
	long := longRun(t, duckDB(data), 10_000)
	history(t, duckDB(data), days)
	riser := rise(t, duckDB(data))
	old := aged(t, data)
	s := start(t, data)

	walk(t, s, long, riser)
	t.Run("notes", func(t *testing.T) { checkNotes(t, start(t, old)) })
}

// walk opens every screen and does what a reader does. The ledger has a history, one
// long run, and a user whose cost rose yesterday.
func walk(t *testing.T, s *stack, long, riser string) {
	t.Helper()
	t.Run("screens", func(t *testing.T) {
		var found map[string][]string
		drive(t, s, &found, "screens.mjs")
		require.Len(t, found, 28, "every screen, wide and narrow")
		none(t, found)
	})
	t.Run("figures", func(t *testing.T) { compareFigures(t, s) })
	t.Run("links", func(t *testing.T) { checkLinks(t, s) })
	t.Run("questions", func(t *testing.T) {
		now := time.Now().UTC()
		lastMonth := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
		var answered map[string]struct {
			Clicks   int
			Problems []string
		}
		drive(t, s, &answered, "questions.mjs", riser, lastMonth)
		require.Len(t, answered, 20)
		found := map[string][]string{}
		for question, a := range answered {
			found[question] = a.Problems
			if clicks := documentedClicks(t, question); clicks != a.Clicks {
				found[question] = append(found[question], fmt.Sprintf("takes %d clicks, docs/page.md says %d", a.Clicks, clicks))
			}
		}
		none(t, found)
	})
	t.Run("tasks", func(t *testing.T) {
		var found map[string][]string
		drive(t, s, &found, "tasks.mjs", long)
		require.NotEmpty(t, found)
		none(t, found)
	})
}

// documentedClicks are those that docs/page.md says a question takes; -1 if it does not.
func documentedClicks(t *testing.T, question string) int {
	t.Helper()
	page, err := os.ReadFile("../../../../docs/page.md")
	require.NoError(t, err)
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) == 5 && strings.EqualFold(strings.TrimSpace(cells[1]), question) {
			clicks, err := strconv.Atoi(strings.TrimSpace(cells[3]))
			require.NoError(t, err, line)
			return clicks
		}
	}
	return -1
}

// checkLinks follows the figures of every screen, of a run and of a conversation.
func checkLinks(t *testing.T, s *stack) {
	t.Helper()
	from, to := time.Now().UTC().AddDate(0, 0, -20).Format(time.DateOnly), time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)
	period := []string{"--from", from, "--to", to}
	var runs, conversations struct {
		Tables []struct {
			Rows []struct {
				Trace        string `json:"trace_id"`
				Conversation string
			}
		}
	}
	s.ask(t, &runs, append([]string{"traces", "--sort", "cost", "--top", "1"}, period...)...)
	s.ask(t, &conversations, append([]string{"conversations", "--top", "1"}, period...)...)
	require.NotEmpty(t, runs.Tables[0].Rows)
	require.NotEmpty(t, conversations.Tables[0].Rows)
	var found map[string][]string
	drive(t, s, &found, "links.mjs", from, to, "#/runs/"+runs.Tables[0].Rows[0].Trace,
		"#/conversations/"+url.PathEscape(conversations.Tables[0].Rows[0].Conversation)+"?whole=true")
	require.Greater(t, len(found), 12)
	none(t, found)
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
	assert.Contains(t, found.Taught, `setup.WithEndpoint("`+s.otlp+`")`, "the port of this collector")
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
