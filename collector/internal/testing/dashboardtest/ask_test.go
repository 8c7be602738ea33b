package dashboardtest

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/dashboards"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// answer holds what a query returned: series over time, or rows.
type answer struct {
	series  []series
	columns []string
	rows    [][]any
}

func (a answer) empty() bool { return len(a.series) == 0 && len(a.rows) == 0 }

type series struct {
	name   string
	labels map[string]string
	points []point
}

type point struct {
	at    time.Time
	value float64
}

// ask runs one target of a panel.
func ask(t *testing.T, s *stacktest.Stack, v view, d *dashboards.Dashboard, target dashboards.Target) (answer, error) {
	t.Helper()
	if target.RawSQL != "" {
		return askClickHouse(t, s, v.sql(t, target.RawSQL))
	}
	return askPrometheus(s, v, v.promQL(d, target.Expr), target)
}

func askPrometheus(s *stacktest.Stack, v view, expr string, target dashboards.Target) (answer, error) {
	values := url.Values{"query": {expr}}
	path := "/api/v1/query"
	if target.Range {
		path = "/api/v1/query_range"
		values.Set("start", strconv.FormatInt(v.from.Unix(), 10))
		values.Set("end", strconv.FormatInt(v.until.Unix(), 10))
		values.Set("step", strconv.Itoa(max(1, int(v.step/time.Second))))
	} else if !v.until.IsZero() {
		values.Set("time", strconv.FormatFloat(float64(v.until.UnixMilli())/1e3, 'f', 3, 64))
	}
	var body struct {
		Status, Error string
		Data          struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
				Values [][2]any
			}
		}
	}
	if err := get(s.Prometheus+path+"?"+values.Encode(), &body); err != nil {
		return answer{}, fmt.Errorf("%w\n%s", err, expr)
	}
	var a answer
	for _, one := range body.Data.Result {
		if one.Values == nil {
			one.Values = [][2]any{one.Value}
		}
		points := make([]point, 0, len(one.Values))
		for _, pair := range one.Values {
			value, err := strconv.ParseFloat(pair[1].(string), 64)
			if err != nil {
				return a, err
			}
			if !math.IsNaN(value) {
				points = append(points, point{time.Unix(int64(pair[0].(float64)), 0), value})
			}
		}
		if len(points) > 0 {
			a.series = append(a.series, series{legend(target.LegendFormat, one.Metric), one.Metric, points})
		}
	}
	sort.Slice(a.series, func(i, j int) bool { return a.series[i].name < a.series[j].name })
	return a, nil
}

// exemplars are the trace ids behind the series of a query.
func exemplars(s *stacktest.Stack, v view, expr string) ([]string, error) {
	values := url.Values{
		"query": {expr},
		"start": {strconv.FormatInt(v.from.Unix(), 10)},
		"end":   {strconv.FormatInt(v.until.Unix(), 10)},
	}
	var body struct {
		Data []struct {
			Exemplars []struct{ Labels map[string]string }
		}
	}
	if err := get(s.Prometheus+"/api/v1/query_exemplars?"+values.Encode(), &body); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, expr)
	}
	var traces []string
	for _, series := range body.Data {
		for _, one := range series.Exemplars {
			traces = append(traces, one.Labels["trace_id"])
		}
	}
	return traces, nil
}

// legend fills {{label}} in.
func legend(format string, labels map[string]string) string {
	for name, value := range labels {
		format = strings.ReplaceAll(format, "{{"+name+"}}", value)
	}
	return format
}

func askClickHouse(t *testing.T, s *stacktest.Stack, sql string) (answer, error) {
	t.Helper()
	res, err := http.Post("http://"+s.ClickHouse.HTTPAddr+"/?database="+s.Database+"&default_format=JSONCompact&output_format_json_quote_decimals=0&output_format_json_quote_64bit_integers=0",
		"text/plain", strings.NewReader(sql))
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	if res.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("clickhouse: %.400s\n%s", text, sql)
	}
	var body struct {
		Meta []struct{ Name, Type string }
		Data [][]any
	}
	if err := json.Unmarshal(text, &body); err != nil {
		return answer{}, fmt.Errorf("clickhouse: %w: %.200s", err, text)
	}
	a := answer{rows: body.Data}
	for _, column := range body.Meta {
		a.columns = append(a.columns, column.Name)
	}
	return a, nil
}

func get(address string, into any) error {
	res, err := http.Get(address)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %.400s", res.Status, text)
	}
	return json.Unmarshal(text, into)
}
