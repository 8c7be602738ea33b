package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// attribution are the dimensions someone has to name; where no one did, the
// report says semconv.Unattributed.
var attribution = []ledger.Dimension{
	ledger.ByUser, ledger.ByDepartment, ledger.ByApplication, ledger.ByTeam, ledger.ByCostCenter,
}

// ParseDimension finds a dimension by its name; the error lists the names.
func ParseDimension(name string) (ledger.Dimension, error) {
	d := ledger.Dimension(name)
	if d.Valid() {
		return d, nil
	}
	names := make([]string, len(ledger.Dimensions))
	for i, d := range ledger.Dimensions {
		names[i] = string(d)
	}
	return "", fmt.Errorf("unknown dimension %q: use one of %s, or tag:<key>", name, strings.Join(names, ", "))
}

// ParseDimensions finds the dimensions of a report, each of which makes a column.
func ParseDimensions(names []string) ([]ledger.Dimension, error) {
	dimensions := make([]ledger.Dimension, 0, len(names))
	for _, name := range names {
		d, err := ParseDimension(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(dimensions, d) {
			return nil, fmt.Errorf("dimension %q is given twice: name it once", name)
		}
		dimensions = append(dimensions, d)
	}
	return dimensions, nil
}

// Label is the value of a dimension as reports show it: a missing value is
// named, never left blank.
func Label(d ledger.Dimension, value string) string {
	switch {
	case value != "":
		return value
	case slices.Contains(attribution, d):
		return semconv.Unattributed
	case d == ledger.ByErrorType:
		return "(no error)"
	}
	return "(none)"
}

// labels names each value of a group.
func labels(by []ledger.Dimension, key []string) []string {
	named := make([]string, len(key))
	for i, value := range key {
		named[i] = Label(by[i], value)
	}
	return named
}

// header is a dimension as a column header: "Cost center".
func header(d ledger.Dimension) string {
	name := strings.ReplaceAll(string(d), "_", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// columnKey is a dimension as a key of JSON and CSV.
func columnKey(d ledger.Dimension) string { return string(d) }

// withDimensions adds the columns of dimensions, then those that follow them.
func withDimensions(columns []format.Column, by []ledger.Dimension, following ...format.Column) []format.Column {
	for _, d := range by {
		columns = append(columns, format.Column{Key: columnKey(d), Header: header(d)})
	}
	return append(columns, following...)
}

// appendLabels adds the cells of those columns.
func appendLabels(row []any, labels []string) []any {
	for _, label := range labels {
		row = append(row, label)
	}
	return row
}

// phrase joins dimensions as prose: "department and model".
func phrase(by []ledger.Dimension) string {
	words := make([]string, len(by))
	for i, d := range by {
		words[i] = strings.ReplaceAll(string(d), "_", " ")
	}
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// Value is the opposite of Label: what the ledger holds for a value that a
// report showed.
func Value(d ledger.Dimension, label string) string {
	if label == Label(d, "") {
		return ""
	}
	return label
}

// Title is a dimension as people read it: "Cost center".
func Title(d ledger.Dimension) string { return header(d) }

// DimensionKind says what a dimension is about.
type DimensionKind string

// Kinds of dimensions.
const (
	AttributionKind DimensionKind = "attribution" // who the call was for
	CallKind        DimensionKind = "call"        // what was called
	RunKind         DimensionKind = "run"         // where in a run
	TimeKind        DimensionKind = "time"
	OutcomeKind     DimensionKind = "outcome"
	TagKind         DimensionKind = "tag"
)

// KindOf is the kind of a dimension.
func KindOf(d ledger.Dimension) DimensionKind {
	switch d {
	case ledger.ByWorkflow, ledger.ByAgent, ledger.ByStep, ledger.ByConversation:
		return RunKind
	case ledger.ByDay, ledger.ByHour, ledger.ByMonth, ledger.ByHourOfWeek:
		return TimeKind
	case ledger.ByStatus, ledger.ByErrorType, ledger.ByCostStatus, ledger.ByCostReason:
		return OutcomeKind
	case ledger.ByProvider, ledger.ByModel, ledger.ByRequestModel, ledger.ByOperation, ledger.ByService, ledger.ByDialect,
		ledger.ByPromptName, ledger.ByPromptVersion, ledger.ByPurpose:
		return CallKind
	}
	if _, isTag := d.Tag(); isTag {
		return TagKind
	}
	return AttributionKind
}
