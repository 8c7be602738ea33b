package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/distro"
)

// demoLedger is the ledger of a demo of some briefings, about as many as ten seconds make.
func demoLedger(t *testing.T) (store string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs the demo for ten seconds")
	}
	data := t.TempDir()
	require.NoError(t, runDemo(t.Context(), io.Discard, io.Discard, demoFlags{data: data, seed: 1, briefings: 32}))
	return (&distro.AllInOne{Data: data}).Store()
}

// tableOf is a table of a report in JSON.
func tableOf(t *testing.T, name string, command ...string) []map[string]any {
	t.Helper()
	var doc struct {
		Tables []struct {
			Name string
			Rows []map[string]any
		}
	}
	out := mustRun(t, append(command, "--format", "json")...)
	require.NoError(t, json.Unmarshal([]byte(out), &doc), out)
	for _, table := range doc.Tables {
		if table.Name == name {
			return table.Rows
		}
	}
	t.Fatalf("%s has no table %s: %s", strings.Join(command, " "), name, out)
	return nil
}

// rowWith is the row that has a value.
func rowWith(t *testing.T, rows []map[string]any, key, value string) map[string]any {
	t.Helper()
	at := slices.IndexFunc(rows, func(row map[string]any) bool { return row[key] == value })
	require.GreaterOrEqual(t, at, 0, "no %s %s in %v", key, value, rows)
	return rows[at]
}

// The folder has a name that a shell does not read as it is.
func TestDemo_SuggestsCommandsThatAShellReads(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the demo")
	}
	var out bytes.Buffer
	require.NoError(t, runDemo(t.Context(), &out, io.Discard, demoFlags{data: filepath.Join(t.TempDir(), "it's a $demo"), seed: 1, briefings: 1}))
	_, steps, found := strings.Cut(out.String(), "Next steps:\n")
	require.True(t, found, out.String())
	commands := 0
	for line := range strings.Lines(steps) {
		command, isReport := strings.CutPrefix(strings.TrimSpace(line), "spanledger report ")
		if !isReport {
			continue
		}
		commands++
		words, err := exec.CommandContext(t.Context(), "sh", "-c", `printf '%s\n' `+command).Output()
		require.NoError(t, err, command)
		mustRun(t, append([]string{"report"}, strings.Split(strings.TrimSpace(string(words)), "\n")...)...)
	}
	assert.NotZero(t, commands, steps)
}

func TestDemo(t *testing.T) {
	store := demoLedger(t)
	t.Run("reports find what was put in", func(t *testing.T) { findsWhatWasPutIn(t, store) })
	t.Run("documents show what it answers", func(t *testing.T) { documentsShowTheAnswers(t, store) })
}

// findsWhatWasPutIn asks the ledger of the demo what it was given to find: an application
// that attaches a handbook to each draft since today, a tool in a loop, drafts that are
// closed or break off, runs that end in an error, a prompt without a cache, and a second
// version of that prompt with better plans.
func findsWhatWasPutIn(t *testing.T, store string) {
	ask := func(t *testing.T, table, question string) []map[string]any {
		t.Helper()
		return tableOf(t, table, append(strings.Fields(question), "--store", store)...)
	}

	t.Run("change", func(t *testing.T) {
		const question = "report change --since 24h"
		largest, step := 0.0, ""
		for _, row := range ask(t, "steps", question) {
			if change := number(t, row["change_usd"]); row["step"] != "Before" && change > largest {
				largest, step = change, row["step"].(string)
			}
		}
		assert.Equal(t, "Prompt length", step)
		assert.Equal(t, "intake-bot", ask(t, "movers", question)[0]["application"])
	})
	t.Run("anomalies", func(t *testing.T) {
		var found []string
		for _, row := range ask(t, "anomalies", "report anomalies --since 24h") {
			if row["measure"] == "cost" {
				found = append(found, row["application"].(string))
				assert.Contains(t, row["what_changed"], "input tokens a call")
			}
		}
		assert.Equal(t, []string{"intake-bot"}, found)
	})
	t.Run("context", func(t *testing.T) {
		rows := ask(t, "context", "report context --since 24h --by application")
		most, part := 0.0, ""
		for _, row := range rows {
			if cost := number(t, row["cost_usd"]); row["application"] == "intake-bot" && cost > most {
				most, part = cost, row["what"].(string)
			}
		}
		assert.Equal(t, "Retrieved documents", part)
	})
	t.Run("waste", func(t *testing.T) {
		const question = "report waste --since 24h"
		for _, line := range ask(t, "lines", question) {
			assert.Positive(t, line["requests"], line["kind"])
		}
		calls := ask(t, "calls", question)
		assert.Equal(t, "unexpected_eof", rowWith(t, calls, "kind", "failed")["error_type"])
		assert.Equal(t, "writer", rowWith(t, calls, "kind", "aborted")["agent"])
		assert.Equal(t, "search_archive", rowWith(t, calls, "kind", "tool_loop")["tool"])
		assert.Equal(t, "planner", rowWith(t, calls, "kind", "resent")["agent"])
	})
	t.Run("cache", func(t *testing.T) {
		const question = "report cache --since 24h"
		most, cause := 0.0, ""
		for _, row := range ask(t, "causes", question) {
			if lost := number(t, row["saving_usd"]); lost > most {
				most, cause = lost, row["cause"].(string)
			}
		}
		assert.Equal(t, "not_written", cause)
		assert.Equal(t, "planner", rowWith(t, ask(t, "calls", question), "cause", "not_written")["agent"])
	})
	t.Run("quality", func(t *testing.T) {
		rows := ask(t, "lines", "report quality --since 7d --by prompt_version")
		before, after := rowWith(t, rows, "prompt_version", "v3"), rowWith(t, rows, "prompt_version", "v4")
		assert.Equal(t, "plan_quality", after["evaluation"])
		assert.Greater(t, number(t, after["pass_rate"]), number(t, before["pass_rate"]))
	})
	t.Run("unit", func(t *testing.T) {
		costOf := func(period string) float64 {
			rows := ask(t, "lines", "report unit --outcome briefing_used --by application "+period)
			return number(t, rowWith(t, rows, "application", "intake-bot")["cost_per_accepted_usd"])
		}
		assert.Greater(t, costOf("--since 24h"), 1.5*costOf("--since 28d"))
	})
	t.Run("prompt versions", func(t *testing.T) {
		steps := ask(t, "steps", "report change --since 24h --a prompt_version=v3 --b prompt_version=v4")
		assert.Positive(t, number(t, rowWith(t, steps, "step", "Prompt length")["change_usd"]))
	})
}

// number is a figure of JSON, money included; 0 where it is not known.
func number(t *testing.T, cell any) float64 {
	t.Helper()
	switch v := cell.(type) {
	case float64:
		return v
	case string:
		n, err := json.Number(v).Float64()
		require.NoError(t, err)
		return n
	}
	return 0
}

var update = flag.Bool("update", false, "write the demo's answers into docs/questions")

var (
	answered = regexp.MustCompile("(?ms)^```console\n\\$ spanledger ((?:report|explain) [^\n]*)\n(.*?)^```$")
	// What differs from one demo to the next: ids, times, figures, and the width that they
	// take.
	idInAnswer     = regexp.MustCompile(`\b[0-9a-f]{16}(?:[0-9a-f]{16})?\b`)
	numberInAnswer = regexp.MustCompile(`-?\d[\d,.:]*(?:ms|s|m|h)?`)
	spaceInAnswer  = regexp.MustCompile(`[\s─]+`)
)

// maxAnswerLines of a command are in a document.
const maxAnswerLines = 26

// documentsShowTheAnswers runs the commands of docs/questions that have an output below
// them, and holds that each line of it is one of the answer, but for figures. With
// -update it writes the answers into the documents instead.
func documentsShowTheAnswers(t *testing.T, store string) {
	plain := func(line string) string {
		line = numberInAnswer.ReplaceAllString(idInAnswer.ReplaceAllString(line, "ID"), "N")
		return strings.TrimSpace(spaceInAnswer.ReplaceAllString(line, " "))
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs", "questions", "*.md"))
	require.NoError(t, err)
	found := 0
	t.Setenv(storeVariable, store) // a flag would be in the commands that the answers suggest
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, block := range answered.FindAllStringSubmatch(string(text), -1) {
			command, shown := block[1], block[2]
			out := mustRun(t, strings.Fields(command)...)
			lines := strings.Split(strings.TrimRight(out, "\n"), "\n")
			if *update {
				if len(lines) > maxAnswerLines {
					lines = append(lines[:maxAnswerLines:maxAnswerLines], "...")
				}
				for i := range lines {
					lines[i] = strings.TrimRight(lines[i], " ")
				}
				text = []byte(strings.Replace(string(text), command+"\n"+shown, command+"\n"+strings.Join(lines, "\n")+"\n", 1))
				continue
			}
			answer := map[string]bool{}
			for _, line := range lines {
				answer[plain(line)] = true
			}
			for line := range strings.Lines(shown) {
				if line = plain(line); line != "..." {
					found++
					assert.True(t, answer[line], "%s: %s: no line %q in the answer:\n%s", page, command, line, out)
				}
			}
		}
		if *update {
			require.NoError(t, os.WriteFile(page, text, 0o600))
		}
	}
	if !*update {
		assert.Greater(t, found, 100)
	}
}
