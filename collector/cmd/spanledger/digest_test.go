package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDigest_IsPrintedOrSent(t *testing.T) {
	dsn := ledgerOfTalk(t)
	text := mustRun(t, "digest", "--period", "day", "--store", dsn)
	assert.True(t, strings.HasPrefix(text, "LLM cost of "), text)

	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		sent = string(body)
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "webhook")
	require.NoError(t, os.WriteFile(file, []byte(server.URL+"/hook\n"), 0o600))
	assert.Empty(t, mustRun(t, "digest", "--to", "slack", "--webhook-file", file, "--store", dsn))
	assert.Contains(t, sent, "LLM cost of week ")
	sent = ""
	t.Setenv(webhookVariable, server.URL+"/hook")
	mustRun(t, "digest", "--to", "teams", "--store", dsn)
	assert.Contains(t, sent, "AdaptiveCard")

	for _, args := range [][]string{
		{"--period", "year"}, {"--to", "pager"}, {"--to", "email"}, {"--by", "user,model"}, {"--zone", "Mars"},
		{"--to", "slack", "--webhook-file", file + ".missing"}, {"--link", "javascript:alert(1)"},
	} {
		_, _, code := run(t, append([]string{"digest", "--store", dsn}, args...)...)
		assert.Equal(t, exitUsage, code, args)
	}
	t.Setenv(webhookVariable, "secret")
	_, stderr, code := run(t, "digest", "--to", "slack", "--store", dsn)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, "$"+webhookVariable+": the webhook is not a URL")
	assert.NotContains(t, stderr, "secret")
	t.Setenv(webhookVariable, "")
	_, stderr, code = run(t, "digest", "--to", "slack", "--store", dsn)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, stderr, webhookVariable)
}

// The commands that the timer and the CronJob run must exist, with their flags.
func TestDigest_UnitsStartWhatExists(t *testing.T) {
	unit, err := os.ReadFile(filepath.Join(root, "deploy", "systemd", "spanledger-digest.service"))
	require.NoError(t, err)
	var lines []string
	for _, match := range regexp.MustCompile(`(?m)^(?:#   )?ExecStart=spanledger (.+)$`).FindAllStringSubmatch(string(unit), -1) {
		lines = append(lines, match[1])
	}
	require.Len(t, lines, 2)
	job, err := os.ReadFile(filepath.Join(root, "deploy", "helm", "spanledger", "templates", "digest.yaml"))
	require.NoError(t, err)
	command := "digest"
	for _, match := range regexp.MustCompile(`(?m)^ +- (--[a-z-]+)=`).FindAllStringSubmatch(string(job), -1) {
		command += " " + match[1] + "=x"
	}
	for _, line := range append(lines, command) {
		cmd, rest, err := newRootCommand().Find(strings.Fields(line))
		require.NoError(t, err)
		assert.Equal(t, "digest", cmd.Name())
		require.NoError(t, cmd.ParseFlags(rest), line)
	}
	for _, variable := range []string{webhookVariable, smtpUserVariable, smtpPasswordVariable, storeVariable} {
		assert.Contains(t, string(job), "name: "+variable)
	}
	assert.Contains(t, string(unit), serverVariable)
}
