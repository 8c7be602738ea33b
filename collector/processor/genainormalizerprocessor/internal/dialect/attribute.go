package dialect

import (
	"github.com/spanledger/spanledger/collector/processor/genainormalizerprocessor/internal/attribution"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// dimensionFields are the fields of the dimensions of attribution.
var dimensionFields = map[attribution.Dimension]Field{
	attribution.User:        UserID,
	attribution.Department:  Department,
	attribution.Application: Application,
	attribution.Team:        Team,
	attribution.CostCenter:  CostCenter,
	attribution.Purpose:     Purpose,
}

// FieldOf is the field of a dimension of attribution.
func FieldOf(d attribution.Dimension) Field { return dimensionFields[d] }

// attribute fills what the span does not say about whom it is for.
func (d *Draft) attribute(from *Defaults) {
	d.fillText(UserID, from.User)
	d.fillText(Department, from.Department)
	d.fillText(Application, from.Application)
	d.fillText(Team, from.Team)
	d.fillText(CostCenter, from.CostCenter)
	d.fillText(Purpose, from.Purpose)
}

type tag struct{ key, value string }

// lookUp fills what is still unknown from the tables, in their order, and adds
// the tags they give to those of the span. A later table may be looked up by what
// an earlier one filled in.
func (d *Draft) lookUp(tables []*attribution.Table) {
	for _, t := range tables {
		row, ok := t.Rows[d.text(dimensionFields[t.Key])]
		if !ok {
			continue
		}
		for i, column := range t.Columns {
			if field, ok := dimensionFields[attribution.Dimension(column)]; ok {
				d.fillText(field, row[i])
			} else if row[i] != "" {
				d.tags = append(d.tags, tag{semconv.TagPrefix + column[len(attribution.TagPrefix):], row[i]})
			}
		}
	}
}

// missing lists the fields that are empty.
func (d *Draft) missing(required []Field) (list []Field) {
	for _, f := range required {
		if d.text(f) == "" {
			list = append(list, f)
		}
	}
	return list
}
