package plaintemplate_test

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/plaintemplate"
)

type inner struct{ Name string }

type kind string

type data struct {
	inner
	Empty  string
	Kind   kind
	Number int64
	Yes    bool
	Names  []string
	None   []string
	Pairs  []*inner
	Table  map[string]string
	Any    any
	Rows   [][]any
}

var filled = data{
	inner: inner{"outer"}, Kind: "b", Number: 7, Yes: true, Names: []string{"a", "b", "c"},
	Pairs: []*inner{{"x"}, {"y"}}, Table: map[string]string{"key": "value"}, Any: "any", Rows: [][]any{{1, "two", nil}, {true}},
}

var functions = plaintemplate.Functions{
	"join":  func(a, b string) string { return a + "+" + b },
	"isNil": func(v any) bool { return v == nil },
}

// The languages are the same as far as this one goes.
func TestExecute_WritesWhatTextTemplateWrites(t *testing.T) {
	for _, text := range []string{
		"{{.Name}} {{.Number}} {{.Yes}} {{.Kind}} {{.Table.key}} {{.Any}}",
		"{{range .Names}}<{{.}}>{{end}}",
		"{{range $i, $n := .Names}}{{if $i}}, {{end}}{{$n}}={{$i}}{{end}}",
		"{{range $n := .Names}}{{$n}}{{$.Number}}{{end}}",
		"{{range .None}}some{{else}}none of {{.Name}}{{end}}",
		"{{- range .Pairs }} {{.Name -}} {{end}}.",
		"{{if .Empty}}a{{else if eq .Kind \"b\"}}b{{else}}c{{end}}",
		"{{if not .Empty}}not{{end}}{{if .Names}}names{{end}}{{if .None}}none{{end}}",
		"{{if or .Empty (eq .Kind \"b\")}}or{{end}}{{if and .Yes (eq .Number 8)}}and{{end}}",
		"{{$all := .Names}}{{range $i, $p := .Pairs}}{{index $all $i}}{{$p.Name}}{{end}} {{len $all}}",
		"{{join .Name \"b\"}} {{join \"a\" (join \"b\" \"c\")}}",
		"{{range .Rows}}{{range .}}{{if isNil .}}nil{{else}}{{.}}{{end}};{{end}}{{end}}",
		"{{/* nothing */}}{{\"text\"}} {{7}} {{true}}",
	} {
		var want, have strings.Builder
		oracle, err := template.New("t").Funcs(template.FuncMap(functions)).Parse(text)
		require.NoError(t, err, text)
		require.NoError(t, oracle.Execute(&want, filled), text)
		set := plaintemplate.New(functions, nil)
		require.NoError(t, set.Parse("t", text), text)
		require.NoError(t, set.Execute(&have, "t", &filled), text)
		assert.Equal(t, want.String(), have.String(), text)
	}
}

func TestExecute_EscapesEveryValueAndNoText(t *testing.T) {
	set := plaintemplate.New(nil, html.EscapeString)
	require.NoError(t, set.Parse("t", `<a title="{{.Name}}">{{.Name}}</a>`))
	var b strings.Builder
	require.NoError(t, set.Execute(&b, "t", inner{`"><script>'&`}))
	assert.Equal(t, `<a title="&#34;&gt;&lt;script&gt;&#39;&amp;">&#34;&gt;&lt;script&gt;&#39;&amp;</a>`, b.String())
}

func TestExecute_RefusesWhatItDoesNotKnow(t *testing.T) {
	for text, want := range map[string]string{
		"{{.Missing}}":           ".Missing: plaintemplate_test.data has no such field",
		"{{.Name.Deeper}}":       ".Deeper: string has no such field",
		"{{.Table.other}}":       ".other: map[string]string has no such field",
		"{{range .Name}}{{end}}": "expected a list, got string",
		"{{.Name | join \"a\"}}": "a chain of commands is not supported",
		"{{with .Name}}{{end}}":  "is not supported",
		"{{index .Names 3}}":     "index: place 3: the list has 3",
		"{{eq .Name .Number}}":   "eq: expected two texts",
		"{{join .Name}}":         "is called with 1 values",
		"{{join .Name .Number}}": "value 2: expected string",
		"{{.Name 1}}":            "is no function",
		"{{$x := 1}}{{$x = 2}}":  "assignment is not supported",
	} {
		set := plaintemplate.New(functions, nil)
		require.NoError(t, set.Parse("t", text), text)
		assert.ErrorContains(t, set.Execute(&strings.Builder{}, "t", filled), want, text)
	}
	set := plaintemplate.New(nil, nil)
	assert.ErrorContains(t, set.Execute(&strings.Builder{}, "t", nil), `template "t": is not defined`)
	assert.Error(t, set.Parse("t", "{{unknown .}}"))
	assert.Error(t, set.Parse("t", "{{if}}"))
	assert.ErrorContains(t, set.ParseFS(os.DirFS(t.TempDir()), "*.sql"), "no file matches")
}

func TestParseFS_NamesTemplatesAsTheirFiles(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "queries"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "queries", "a.sql"), []byte("SELECT {{.}}"), 0o600))
	set := plaintemplate.New(nil, nil)
	require.NoError(t, set.ParseFS(os.DirFS(folder), "queries/*.sql"))
	var b strings.Builder
	require.NoError(t, set.Execute(&b, "a.sql", 1))
	assert.Equal(t, "SELECT 1", b.String())
}
