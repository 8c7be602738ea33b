package pagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
)

// aged is a copy of a ledger in which calls older than some days are past their
// retention and in the rollups only.
func aged(t *testing.T, data string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "aged")
	require.NoError(t, os.CopyFS(copied, os.DirFS(data)))
	store := duckDB(copied)
	out, err := exec.CommandContext(t.Context(), parts.Spanledger(t), "retention", "--detail-days", "14", "--apply", "--store", store).CombinedOutput()
	require.NoError(t, err, string(out))
	return copied
}

// checkNotes holds that the page says whatever the command line says below its
// tables: what has no price, why, and what to do; what is past its retention; what
// a filter or a limit leaves out; which forecast is not possible.
func checkNotes(t *testing.T, s *stack) {
	now := time.Now().UTC()
	day := func(ago int) string { return now.AddDate(0, 0, -ago).Format(time.DateOnly) }
	period := "from=" + day(28) + "&to=" + day(0)
	asked := func(command ...string) []string { return append(command, "--from", day(28), "--to", day(0)) }
	type pair struct {
		hash    string
		command []string
		least   int // notes, so that the comparison is one of something
	}
	pairs := []pair{
		{"#/overview?" + period, asked("report", "summary"), 3},
		{"#/overview?" + period, asked("report", "errors"), 1},
		{"#/overview?zone=Europe%2FBerlin&" + period, []string{"report", "forecast", "--zone", "Europe/Berlin"}, 1},
		{"#/explore?by=model&" + period, asked("report", "cost", "--by", "model"), 2},
		{"#/explore?by=conversation&" + period, asked("report", "cost", "--by", "conversation"), 2},
		{"#/explore?by=user&where=department%3Dclaims&" + period, asked("report", "cost", "--by", "user", "--where", "department=claims"), 2},
		{"#/compare?" + period, asked("report", "change"), 1},
		{"#/runs?" + period, asked("traces", "--top", "100"), 1}, // as many as the page
		{"#/calls?" + period, asked("calls"), 0},
		{"#/conversations?" + period, asked("conversations", "--top", "100"), 1},
		{"#/chargeback?month=" + now.Format("2006-01"), []string{"chargeback", "--month", now.Format("2006-01")}, 1},
		{"#/advice?min_calls=5&" + period, asked("optimize", "--min-calls", "5"), 2},
		{"#/advice?min_calls=5&" + period, asked("report", "waste"), 2},
		{"#/context?by=agent&" + period, asked("report", "context", "--by", "agent"), 2},
		{"#/context?" + period, asked("report", "cache"), 2},
		{"#/outcomes?by=agent&outcome=briefing_used&" + period, asked("report", "unit", "--outcome", "briefing_used", "--by", "agent"), 1},
		{"#/outcomes?quality=agent&" + period, asked("report", "quality", "--by", "agent"), 1},
		{"#/health", []string{"check"}, 1},
	}
	hashes := make([]string, len(pairs))
	for i, p := range pairs {
		hashes[i] = p.hash
	}
	var shown map[string]string
	drive(t, s, &shown, "texts.mjs", hashes...)
	for _, p := range pairs {
		t.Run(strings.Join(p.command, " "), func(t *testing.T) {
			var document struct{ Notes []string }
			s.ask(t, &document, p.command...)
			require.GreaterOrEqual(t, len(document.Notes), p.least, "notes of the command line: %q", document.Notes)
			page := plain(shown[p.hash])
			for _, note := range document.Notes {
				// The server that the command asked is the one of the page.
				for _, part := range saidOf(strings.ReplaceAll(note, " --server "+s.api, "")) {
					if !strings.Contains(page, plain(part)) {
						t.Errorf("%s does not say %q", p.hash, part)
					}
				}
			}
		})
	}
}

// saidOf are the parts of a note that the page may say in different places: the
// reason, and the fix next to it. Who and how many is in its figures.
func saidOf(note string) []string {
	said, fix, _ := strings.Cut(note, " Fix: ")
	_, why, _ := strings.Cut(said, "): ")
	check, hint, _ := strings.Cut(note, ": ")
	switch {
	case strings.Contains(note, "spanledger trace "), strings.Contains(note, "spanledger conversation "):
		return nil // the next command; here it is a link
	case strings.Contains(note, " more by "):
		return nil // about a table that the screen does not have
	case strings.Contains(note, "(why: spanledger report cost "):
		before, _, _ := strings.Cut(note, " (why: ")
		return []string{before} // the command; here it is a link
	case strings.Contains(note, "--end-to-end"):
		return nil // about other servers, whose addresses the command line is given
	case fix != "":
		return []string{why, strings.TrimSuffix(fix, ".")}
	case strings.Contains(note, "expired and in the rollups only"):
		return []string{check} // what follows from it is of each report
	case strings.HasPrefix(note, "Expected: "):
		return []string{"80%"}
	case slices.Contains([]string{"arrival", "clocks of senders", "delay", "prices of calls", "attribution"}, check):
		return []string{check, hint}
	}
	return []string{note}
}

// plain is a text without what only its setting changes: case, spaces and the
// quotes of commands.
func plain(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(text, "`", "")), " "))
}
