package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var runbookCommand = regexp.MustCompile(`(?m)^\$ spanledger ([^#|\n]+)`)

// Somebody who is paged types what the runbook says: every command of it must
// exist, with its flags.
func TestEveryCommandOfTheRunbooksExists(t *testing.T) {
	files, err := filepath.Glob("../../../docs/runbooks/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range runbookCommand.FindAllStringSubmatch(string(text), -1) {
			line := strings.TrimSpace(match[1])
			cmd, rest, err := newRootCommand().Find(strings.Fields(line))
			require.NoError(t, err, "%s: %s", file, line)
			require.False(t, cmd.HasSubCommands() && len(rest) > 0, "%s: %s: no such command", file, line)
			require.NoError(t, cmd.ParseFlags(rest), "%s: %s", file, line)
		}
	}
}
