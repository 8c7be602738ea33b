// Command words writes the string literals of Go files as plain text, one file
// for each and with the same line numbers, so that the prose checker reads them
// like any document: help, errors and log messages are text too.
//
//	go run ./.ci/words FOLDER FILE...
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "words: expected FOLDER FILE...")
		os.Exit(2)
	}
	for _, file := range os.Args[2:] {
		if err := extract(os.Args[1], file); err != nil {
			fmt.Fprintln(os.Stderr, "words:", err)
			os.Exit(1)
		}
	}
}

// extract writes the literals of a file under folder, at the file's own path
// with the extension .txt. A file without any is left out.
func extract(folder, path string) error {
	lines, err := literals(path)
	if err != nil || len(lines) == 0 {
		return err
	}
	target := filepath.Join(folder, path+".txt")
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, []byte(strings.Join(lines, "\n")+"\n"), 0o644)
}

// literals returns the text of a file's string literals at their lines. Import
// paths and struct tags are no text, and a literal without a space is a name.
func literals(path string) ([]string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	skipped := map[*ast.BasicLit]bool{}
	var lines []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			skipped[n.Path] = true
		case *ast.Field:
			skipped[n.Tag] = true
		case *ast.BasicLit:
			if n.Kind != token.STRING || skipped[n] {
				return true
			}
			text, err := strconv.Unquote(n.Value)
			if err != nil || !strings.Contains(text, " ") {
				return true
			}
			if n.Value[0] != '`' { // an escaped line break is no line of the file
				text = strings.ReplaceAll(text, "\n", " ")
			}
			at := files.Position(n.Pos()).Line - 1
			for line := range strings.Lines(text) {
				for len(lines) <= at {
					lines = append(lines, "")
				}
				lines[at] += " " + strings.TrimRight(line, "\n")
				at++
			}
		}
		return true
	})
	return lines, nil
}
