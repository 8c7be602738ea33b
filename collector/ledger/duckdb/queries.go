package duckdb

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed queries/*.sql
var queryFiles embed.FS

var queryTemplates = template.Must(template.New("").Option("missingkey=error").Funcs(sumFunctions).ParseFS(queryFiles, "queries/*.sql"))

// statementData fills the statements that serve both tables.
type statementData struct {
	Table   string
	Staging string
	Columns string
	Version []string // columns that order the rows of one key
}

func render(name string, data any) (string, error) {
	var b strings.Builder
	if err := queryTemplates.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("query %s: %w", name, err)
	}
	return b.String(), nil
}
