package duckdb

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/spanledger/spanledger/collector/internal/plaintemplate"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// queryTemplates are read for the first question: most commands have none.
var queryTemplates = sync.OnceValue(readQueries)

func readQueries() *plaintemplate.Set {
	set := plaintemplate.New(sumFunctions, nil)
	return plaintemplate.Must(set, set.ParseFS(queryFiles, "queries/*.sql"))
}

// statementData fills the statements that serve both tables.
type statementData struct {
	Table   string
	Staging string
	Columns string
	Version []string // columns that order the rows of one key
	Costs   []string // columns of a cost
}

func render(name string, data any) (string, error) {
	var b strings.Builder
	if err := queryTemplates().Execute(&b, name, data); err != nil {
		return "", fmt.Errorf("query: %w", err)
	}
	return b.String(), nil
}
