package main

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger/ledgerstore"
)

const root = "../../.."

var (
	// A command after a prompt, with its environment, or in the middle of a
	// sentence; the latter may leave out what varies.
	typedCommand  = regexp.MustCompile(`(?m)^ *\$ (?:[A-Z_]+=\S+ +(?:\\\n\s*)?)*(?:go run \./collector/cmd/|/usr/local/bin/|.* /usr/local/bin/)?spanledger ((?:\\\n|[^#|\n])+)`)
	quotedCommand = regexp.MustCompile("`spanledger ([a-z][^`]*)`")
	link          = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	picture       = regexp.MustCompile(`<img src="([^"]+)"`)
	heading       = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)
	codeBlock     = regexp.MustCompile("(?ms)^```.*?^```")
)

// eachFile visits the repository's files of an extension, without those in
// caches.
func eachFile(t *testing.T, extension string, visit func(path string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), "."), entry.Name() == "node_modules":
			return filepath.SkipDir
		case filepath.Ext(path) == extension:
			visit(path)
		}
		return nil
	}))
}

// documents are all Markdown files of the repository.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	eachFile(t, ".md", func(path string) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		texts[path] = string(text)
	})
	require.Greater(t, len(texts), 30)
	return texts
}

// Anyone who reads a document types what it says, perhaps because they were paged:
// every command of it must exist, with its flags.
func TestDocumentation_EveryCommandOfTheDocumentsExists(t *testing.T) {
	found := 0
	for file, text := range documents(t) {
		commands := typedCommand.FindAllStringSubmatch(text, -1)
		commands = append(commands, quotedCommand.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1)...)
		for _, match := range commands {
			line := strings.Join(strings.Fields(strings.ReplaceAll(match[1], "\\\n", " ")), " ")
			found++
			cmd, rest, err := newRootCommand().Find(strings.Fields(line))
			require.NoError(t, err, "%s: %s", file, line)
			assert.False(t, cmd.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-"), "%s: %s: no such command", file, line)
			for _, word := range rest {
				name, isFlag := strings.CutPrefix(word, "--")
				name, _, _ = strings.Cut(name, "=")
				if isFlag {
					assert.NotNil(t, cmd.Flag(strings.TrimRight(name, ".,`")), "%s: %s has no %s", file, cmd.CommandPath(), word)
				}
			}
		}
	}
	require.Greater(t, found, 100)
}

func TestDocumentation_EveryLinkOfTheDocumentsLeadsSomewhere(t *testing.T) {
	texts := documents(t)
	found := 0
	for file, text := range texts {
		links := link.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1)
		for _, match := range append(links, picture.FindAllStringSubmatch(text, -1)...) {
			at, err := url.Parse(match[1])
			require.NoError(t, err, file)
			if at.Scheme != "" {
				continue
			}
			found++
			target := file
			if at.Path != "" {
				target = filepath.Join(filepath.Dir(file), at.Path)
			}
			info, err := os.Stat(target)
			if !assert.NoError(t, err, "%s: %s", file, match[1]) || at.Fragment == "" {
				continue
			}
			if info.IsDir() {
				target = filepath.Join(target, "README.md")
			}
			assert.Contains(t, anchors(texts[target]), at.Fragment, "%s: %s", file, match[1])
		}
	}
	require.Greater(t, found, 100)
}

// anchors are the names that GitHub gives to headings.
func anchors(text string) (names []string) {
	for _, match := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
		names = append(names, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, match[1]))
	}
	return names
}

func TestSystemdUnit_StartsWhatExists(t *testing.T) {
	unit, err := os.ReadFile(filepath.Join(root, "deploy", "systemd", "spanledger.service"))
	require.NoError(t, err)
	configuration, err := os.ReadFile(filepath.Join(root, "otel-collector.yaml"))
	require.NoError(t, err)

	start := regexp.MustCompile(`(?m)^ExecStart=spanledger (.+)$`).FindSubmatch(unit)
	require.NotNil(t, start)
	cmd, rest, err := newRootCommand().Find(strings.Fields(string(start[1])))
	require.NoError(t, err)
	require.NoError(t, cmd.ParseFlags(rest))

	variables := regexp.MustCompile(`(?m)^Environment=([A-Z_]+)=(\S+)$`).FindAllSubmatch(unit, -1)
	require.Len(t, variables, 2)
	for _, variable := range variables {
		assert.Contains(t, string(configuration), "${env:"+string(variable[1]), "the configuration reads it")
	}
	password := filepath.Join(t.TempDir(), "clickhouse_password")
	require.NoError(t, os.WriteFile(password, []byte("secret\n"), 0o600))
	dsn := strings.ReplaceAll(string(variables[1][2]), "%d", filepath.Dir(password))
	require.NoError(t, ledgerstore.Validate(dsn))
}

// unlisted are folders of packages that docs/development.md need not name: what
// is generated, examples, and the vendors, which are listed with their package.
var unlisted = regexp.MustCompile(`/internal/metadata(?:test)?$|/examples/|/deploy/|/internal/provider/|/testdata/|/contribcollector$`)

func TestDocumentation_EveryPackageIsInTheDocumentation(t *testing.T) {
	page := filepath.Join(root, "docs", "development.md")
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	listed := map[string]bool{}
	for _, match := range link.FindAllStringSubmatch(string(text), -1) {
		listed[filepath.Join(filepath.Dir(page), match[1])] = true
	}
	found := 0
	eachFile(t, ".go", func(path string) {
		if strings.HasSuffix(path, "_test.go") || unlisted.MatchString(filepath.Dir(path)) || unlisted.MatchString(path) {
			return
		}
		found++
		assert.True(t, listed[filepath.Dir(path)], "docs/development.md does not name %s", filepath.Dir(path))
	})
	require.Greater(t, found, 100)
}
