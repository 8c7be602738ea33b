// Package migration reads the numbered schema files of a store.
package migration

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Migration is one step of a schema.
type Migration struct {
	Version    int // from 1, without gaps
	Name       string
	Statements []string
}

// Load reads dir/NNNN_name.sql in order of their numbers. Statements end with a
// semicolon at the end of a line; lines that start with -- are comments.
func Load(fsys fs.FS, dir string) ([]Migration, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.sql"))
	if err != nil {
		return nil, fmt.Errorf("schema %s: %w", dir, err)
	}
	slices.Sort(names)
	migrations := make([]Migration, 0, len(names))
	for i, name := range names {
		number, title, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("schema %s: expected number %04d", name, i+1)
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", name, err)
		}
		migrations = append(migrations, Migration{Version: version, Name: title, Statements: split(string(text))})
	}
	return migrations, nil
}

func split(text string) []string {
	var statements []string
	var current strings.Builder
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "--") {
			continue
		}
		current.WriteString(line)
		if strings.HasSuffix(trimmed, ";") {
			statement := strings.TrimSpace(current.String())
			statements = append(statements, strings.TrimSuffix(statement, ";"))
			current.Reset()
		}
	}
	if rest := strings.TrimSpace(current.String()); rest != "" {
		statements = append(statements, rest)
	}
	return statements
}
