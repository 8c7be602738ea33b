//go:build linux

package main

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDropStartPages_GivesBackTheProgramsFile relies on the pages
// that the start of the test binary has read.
func TestDropStartPages_GivesBackTheProgramsFile(t *testing.T) {
	before := mappedFiles(t)
	dropStartPages()
	after := mappedFiles(t)
	require.Less(t, after, before*3/4)
	require.NotEmpty(t, newRootCommand().Commands(), "what was dropped is read again")
}

// mappedFiles is how much memory pages of files take, in kB.
func mappedFiles(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "RssFile:"); ok {
			n, err := strconv.Atoi(strings.Fields(value)[0])
			require.NoError(t, err)
			return n
		}
	}
	t.Skip("the kernel does not report pages of files separately")
	return 0
}
