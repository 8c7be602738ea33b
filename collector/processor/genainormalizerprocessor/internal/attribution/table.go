// Package attribution knows who a call is for when its span does not say: from
// tables that map one attribution to others, such as users to departments.
package attribution

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Dimension is one attribution of a call.
type Dimension string

// Dimensions.
const (
	User        Dimension = "user"
	Department  Dimension = "department"
	Application Dimension = "application"
	Team        Dimension = "team"
	CostCenter  Dimension = "cost_center"
	Purpose     Dimension = "purpose"
)

// Dimensions are all there are.
var Dimensions = []Dimension{User, Department, Application, Team, CostCenter, Purpose}

// TagPrefix plus a key of the operator's own choice names a free dimension.
const TagPrefix = "tag."

// Table fills attributions from one that is known.
type Table struct {
	Key     Dimension // what rows are found by
	Columns []string  // what rows fill: a dimension or TagPrefix and a key
	Rows    map[string][]string
}

// Parse reads a table: CSV by default, YAML when the name ends in .yaml or
// .yml.
//
// The first line of a CSV names the columns, the first of which is the key:
//
//	user,department,team,tag.manager
//	u-4711,claims,blue,Ada
//
// A YAML file has one key, the dimension rows are found by, and below it the
// rows:
//
//	user:
//	  u-4711: {department: claims, team: blue, tag.manager: Ada}
//
// A cell left empty fills nothing.
func Parse(name string, data []byte) (*Table, error) {
	var t *Table
	var err error
	switch filepath.Ext(name) {
	case ".yaml", ".yml":
		t, err = parseYAML(data)
	default:
		t, err = parseCSV(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func parseCSV(data []byte) (*Table, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: its first line names the columns")
	}
	if err != nil {
		return nil, err
	}
	t, err := newTable(head[0], head[1:])
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if err := t.add(row[0], row[1:]); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func parseYAML(data []byte) (*Table, error) {
	var file map[string]map[string]map[string]string
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	if len(file) != 1 {
		return nil, fmt.Errorf("%d keys at the top level: expected one, the dimension by which rows are looked up", len(file))
	}
	for key, rows := range file {
		columns := make(map[string]bool)
		for _, row := range rows {
			for column := range row {
				columns[column] = true
			}
		}
		t, err := newTable(key, slices.Sorted(maps.Keys(columns)))
		if err != nil {
			return nil, err
		}
		for value, row := range rows {
			cells := make([]string, len(t.Columns))
			for i, column := range t.Columns {
				cells[i] = row[column]
			}
			if err := t.add(value, cells); err != nil {
				return nil, err
			}
		}
		return t, nil
	}
	return nil, nil
}

func newTable(key string, columns []string) (*Table, error) {
	if !slices.Contains(Dimensions, Dimension(key)) {
		return nil, fmt.Errorf("rows are looked up by %q: must be one of %s", key, names())
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("there is only the column %q: add a column to fill in", key)
	}
	for i, column := range columns {
		tag, isTag := strings.CutPrefix(column, TagPrefix)
		if isTag && tag == "" || !isTag && !slices.Contains(Dimensions, Dimension(column)) {
			return nil, fmt.Errorf("column %q: must be one of %s, or %s and a key", column, names(), TagPrefix)
		}
		if column == key || slices.Contains(columns[:i], column) {
			return nil, fmt.Errorf("column %q appears twice", column)
		}
	}
	return &Table{Key: Dimension(key), Columns: columns, Rows: make(map[string][]string)}, nil
}

func (t *Table) add(value string, cells []string) error {
	if value == "" {
		return fmt.Errorf("a row without a %s", t.Key)
	}
	if _, twice := t.Rows[value]; twice {
		return fmt.Errorf("%s %q appears twice", t.Key, value)
	}
	t.Rows[value] = cells
	return nil
}

func names() string {
	list := make([]string, len(Dimensions))
	for i, d := range Dimensions {
		list[i] = string(d)
	}
	return strings.Join(list, ", ")
}
