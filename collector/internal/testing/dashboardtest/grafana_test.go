package dashboardtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
)

// folder holds the shipped dashboards.
const folder = "../../../../dashboards"

// shipped reads the dashboards as Grafana would: from their files.
func shipped(t testing.TB) map[string]*dashboards.Dashboard {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string]*dashboards.Dashboard{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		d := &dashboards.Dashboard{}
		require.NoError(t, json.Unmarshal(data, d), file)
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	return all
}

// view holds what someone looks at: a time range and the chosen values.
type view struct {
	from, until time.Time
	step        time.Duration
	chosen      map[string][]string // by variable; absent means All
}

// promQL fills the variables in as Grafana does for Prometheus: several values
// become an alternative of a regular expression, All the variable's allValue.
func (v view) promQL(d *dashboards.Dashboard, expr string) string {
	return variable.ReplaceAllStringFunc(expr, func(match string) string {
		name, _ := nameAndFormat(match)
		if values, ok := v.chosen[name]; ok {
			quoted := make([]string, len(values))
			for i, value := range values {
				quoted[i] = strings.ReplaceAll(regexp.QuoteMeta(value), `\`, `\\`)
			}
			return "(" + strings.Join(quoted, "|") + ")"
		}
		for _, one := range d.Templating.List {
			if one.Name == name {
				return one.AllValue
			}
		}
		return match
	})
}

var variable = regexp.MustCompile(`\$\{\w+(?::\w+)?\}|\$\w+`)

func nameAndFormat(match string) (name, format string) {
	match = strings.Trim(match, "${}")
	name, format, _ = strings.Cut(match, ":")
	return name, format
}

// sql expands macros and variables as the ClickHouse plug-in documents
// (https://github.com/grafana/clickhouse-datasource, section Macros).
func (v view) sql(t *testing.T, raw string) string {
	t.Helper()
	raw = v.conditionalAll(t, raw)
	raw = variable.ReplaceAllStringFunc(raw, func(match string) string {
		name, format := nameAndFormat(match)
		values, ok := v.chosen[name]
		switch {
		case strings.HasPrefix(name, "__"):
			return match
		case !ok:
			t.Fatalf("%s is used outside $__conditionalAll and has no value:\n%s", match, raw)
		case format == "singlequote":
			quoted := make([]string, len(values))
			for i, value := range values {
				quoted[i] = "'" + strings.ReplaceAll(value, "'", `\'`) + "'"
			}
			return strings.Join(quoted, ",")
		}
		return strings.Join(values, ",")
	})
	from, until := v.from.Unix(), v.until.Unix()
	seconds := strconv.Itoa(max(1, int(v.step/time.Second)))
	raw = macro(raw, "$__timeFilter", func(column string) string {
		return fmt.Sprintf("%[1]s >= toDateTime(%[2]d) AND %[1]s <= toDateTime(%[3]d)", column, from, until)
	})
	raw = macro(raw, "$__timeInterval", func(column string) string {
		return "toStartOfInterval(toDateTime(" + column + "), INTERVAL " + seconds + " second)"
	})
	require.NotContains(t, raw, "$__", "a macro this test does not know")
	return raw
}

// conditionalAll keeps the first argument when the variable of the second has
// chosen values.
func (v view) conditionalAll(t *testing.T, raw string) string {
	const name = "$__conditionalAll("
	for {
		at := strings.LastIndex(raw, name)
		if at < 0 {
			return raw
		}
		args, end := arguments(raw, at+len(name))
		require.Len(t, args, 2, raw)
		phrase := "1=1"
		chosen, _ := nameAndFormat(strings.TrimSpace(args[1]))
		if _, ok := v.chosen[chosen]; ok {
			phrase = args[0]
		}
		raw = raw[:at] + phrase + raw[end:]
	}
}

func macro(raw, name string, expand func(string) string) string {
	for {
		at := strings.LastIndex(raw, name+"(")
		if at < 0 {
			return raw
		}
		args, end := arguments(raw, at+len(name)+1)
		raw = raw[:at] + expand(strings.Join(args, ",")) + raw[end:]
	}
}

// arguments splits at the commas of the outer brackets; end is behind the
// closing one.
func arguments(raw string, start int) (args []string, end int) {
	depth, from := 0, start
	for i := start; i < len(raw); i++ {
		switch raw[i] {
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return append(args, raw[from:i]), i + 1
			}
			depth--
		case ',':
			if depth == 0 {
				args, from = append(args, raw[from:i]), i+1
			}
		}
	}
	return args, len(raw)
}

func TestMacros_AreExpandedAsThePlugInDocuments(t *testing.T) {
	v := view{
		from: time.Unix(1415792726, 0), until: time.Unix(1447328726, 0), step: 20 * time.Second,
		chosen: map[string][]string{"model": {"gpt-5", "o'brien"}},
	}
	cases := map[string]string{
		"$__timeFilter(time)":     "time >= toDateTime(1415792726) AND time <= toDateTime(1447328726)",
		"$__timeInterval(column)": "toStartOfInterval(toDateTime(column), INTERVAL 20 second)",
		"$__conditionalAll(if(m = '', r, m) IN (${model:singlequote}), $model)": `if(m = '', r, m) IN ('gpt-5','o\'brien')`,
		"$__conditionalAll(agent IN (${agent:singlequote}), $agent)":            "1=1",
	}
	for raw, want := range cases {
		require.Equal(t, want, v.sql(t, raw))
	}
}
