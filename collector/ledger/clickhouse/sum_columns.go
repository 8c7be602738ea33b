package clickhouse

import (
	"github.com/ClickHouse/ch-go/proto"
)

// hourColumn is the hour of a sum.
type hourColumn struct {
	columnBase
	values proto.ColDateTime
}

func (c *hourColumn) data() proto.Column { return &c.values }
func (c *hourColumn) reset()             { c.values.Reset() }
func (c *hourColumn) append(rows []keptSum) {
	for i := range rows {
		c.values.Append(rows[i].Hour)
	}
}
func (c *hourColumn) read(i int, row *keptSum) { row.Hour = c.values.Row(i).UTC() }

// runColumn names the run that a sum is of.
type runColumn struct {
	columnBase
	values proto.ColUUID
}

func (c *runColumn) data() proto.Column { return &c.values }
func (c *runColumn) reset()             { c.values.Reset() }
func (c *runColumn) append(rows []keptSum) {
	for i := range rows {
		c.values.Append(rows[i].run)
	}
}
func (c *runColumn) read(i int, row *keptSum) { row.run = c.values.Row(i) }

// unsigned is a count that the table keeps without a sign.
func unsigned(name string, field func(*keptSum) *int64) column[keptSum] {
	return &numberColumn[keptSum, int64, uint64, proto.ColUInt64, *proto.ColUInt64]{columnBase: columnBase{title: name}, field: field}
}

// sumCostColumn is the cost of a sum, which is never unknown.
type sumCostColumn struct {
	columnBase
	values proto.ColDecimal128
	typed  proto.Column
}

func newSumCost() column[keptSum] {
	c := &sumCostColumn{columnBase: columnBase{title: "cost", used: true}}
	c.typed = proto.Alias(&c.values, "Decimal(38, 18)")
	return c
}

func (c *sumCostColumn) data() proto.Column { return c.typed }
func (c *sumCostColumn) reset()             { c.values.Reset() }
func (c *sumCostColumn) append(rows []keptSum) {
	for i := range rows {
		c.values.Append(toDecimal128(rows[i].Cost))
	}
}
func (c *sumCostColumn) read(i int, row *keptSum) { row.Cost = fromDecimal128(c.values[i]) }
