package clickhouse

import (
	"embed"
	"fmt"
	"strings"
	"sync"

	"github.com/ClickHouse/ch-go/proto"

	"github.com/spanledger/spanledger/collector/internal/plaintemplate"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// queryTemplates are read for the first query: most commands have none.
var queryTemplates = sync.OnceValue(readQueries)

func readQueries() *plaintemplate.Set {
	set := plaintemplate.New(sumFunctions, nil)
	return plaintemplate.Must(set, set.ParseFS(queryFiles, "queries/*.sql"))
}

func render(name string, data any) (string, error) {
	var b strings.Builder
	if err := queryTemplates().Execute(&b, name, data); err != nil {
		return "", fmt.Errorf("query: %w", err)
	}
	return b.String(), nil
}

// parameter binds a text to {name:Type}. The server reads a parameter as the
// literal of a string that holds the escaped form of the value, hence twice.
func parameter(name, value string) proto.Parameter {
	return proto.Parameter{Key: name, Value: "'" + quoted.Replace(escaped.Replace(value)) + "'"}
}

var (
	escaped = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\b", `\b`, "\f", `\f`, "\x00", `\0`)
	quoted  = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
)
