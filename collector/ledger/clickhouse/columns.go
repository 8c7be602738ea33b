package clickhouse

import (
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// column moves one field of T to and from a column of a block.
type column[T any] interface {
	name() string
	data() proto.Column
	append(rows []T)
	read(i int, row *T)
	// unused reports that every row appended holds the column's default, so
	// that an insert may leave the column out.
	unused() bool
	reset()
}

// columnBase holds what every column has.
type columnBase struct {
	title string
	used  bool
}

func (h *columnBase) name() string { return h.title }
func (h *columnBase) unused() bool { return !h.used }

type textColumn[T any] struct {
	columnBase
	values proto.ColStr
	field  func(*T) *string
}

func text[T any](name string, field func(*T) *string) column[T] {
	return &textColumn[T]{columnBase: columnBase{title: name}, field: field}
}

func (c *textColumn[T]) data() proto.Column { return &c.values }
func (c *textColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *textColumn[T]) append(rows []T) {
	for i := range rows {
		s := *c.field(&rows[i])
		c.used = c.used || s != ""
		c.values.Append(s)
	}
}
func (c *textColumn[T]) read(i int, row *T) { *c.field(row) = c.values.Row(i) }

// number is a type of a field or of a column.
type number interface {
	~int | ~int32 | ~int64 | ~uint16 | ~uint64
}

// numberColumn has a field of type F in a column C of values of type V.
type numberColumn[T any, F, V number, C ~[]V, P columnOf[C]] struct {
	columnBase
	values C
	zeros  int // at the beginning; they are counted, because most columns have no other value
	field  func(*T) *F
}

// columnOf is the type of pointers to a column.
type columnOf[C any] interface {
	*C
	proto.Column
}

func (c *numberColumn[T, F, V, C, P]) data() proto.Column {
	c.fill()
	return P(&c.values)
}
func (c *numberColumn[T, F, V, C, P]) reset() { c.values, c.zeros, c.used = c.values[:0], 0, false }
func (c *numberColumn[T, F, V, C, P]) append(rows []T) {
	for i := range rows {
		n := *c.field(&rows[i])
		if n == 0 && !c.used {
			c.zeros++
			continue
		}
		if !c.used {
			c.fill()
			c.used = true
		}
		c.values = append(c.values, V(n))
	}
}

// fill adds the zeros that have been counted.
func (c *numberColumn[T, F, V, C, P]) fill() {
	c.values = append(c.values, make(C, c.zeros)...)
	c.zeros = 0
}
func (c *numberColumn[T, F, V, C, P]) read(i int, row *T) { *c.field(row) = F(c.values[i]) }

func count[T any](name string, field func(*T) *int64) column[T] {
	return &numberColumn[T, int64, int64, proto.ColInt64, *proto.ColInt64]{columnBase: columnBase{title: name}, field: field}
}

func small[T any](name string, field func(*T) *int) column[T] {
	return &numberColumn[T, int, uint16, proto.ColUInt16, *proto.ColUInt16]{columnBase: columnBase{title: name}, field: field}
}

func integer[T any](name string, field func(*T) *int) column[T] {
	return &numberColumn[T, int, int32, proto.ColInt32, *proto.ColInt32]{columnBase: columnBase{title: name}, field: field}
}

// span is a duration in nanoseconds.
func span[T any](name string, field func(*T) *time.Duration) column[T] {
	return count(name, func(row *T) *int64 { return (*int64)(field(row)) })
}

type flagColumn[T any] struct {
	columnBase
	values proto.ColBool
	field  func(*T) *bool
}

func flag[T any](name string, field func(*T) *bool) column[T] {
	return &flagColumn[T]{columnBase: columnBase{title: name}, field: field}
}

func (c *flagColumn[T]) data() proto.Column { return &c.values }
func (c *flagColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *flagColumn[T]) append(rows []T) {
	for i := range rows {
		b := *c.field(&rows[i])
		c.used = c.used || b
		c.values = append(c.values, b)
	}
}
func (c *flagColumn[T]) read(i int, row *T) { *c.field(row) = c.values[i] }

type instantColumn[T any] struct {
	columnBase
	values *proto.ColDateTime64
	field  func(*T) *time.Time
}

func instant[T any](name string, field func(*T) *time.Time) column[T] {
	values := new(proto.ColDateTime64).WithPrecision(proto.PrecisionNano).WithLocation(time.UTC)
	return &instantColumn[T]{columnBase: columnBase{title: name, used: true}, values: values, field: field}
}

func (c *instantColumn[T]) data() proto.Column { return c.values }
func (c *instantColumn[T]) reset()             { c.values.Reset() }
func (c *instantColumn[T]) append(rows []T) {
	for i := range rows {
		c.values.Data = append(c.values.Data, proto.DateTime64(c.field(&rows[i]).UnixNano()))
	}
}
func (c *instantColumn[T]) read(i int, row *T) {
	*c.field(row) = time.Unix(0, int64(c.values.Data[i])).UTC()
}

type traceIDColumn[T any] struct {
	columnBase
	values proto.ColFixedStr
	field  func(*T) *ledger.TraceID
}

func traceID[T any](name string, field func(*T) *ledger.TraceID) column[T] {
	return &traceIDColumn[T]{columnBase: columnBase{title: name, used: true}, values: proto.ColFixedStr{Size: len(ledger.TraceID{})}, field: field}
}

func (c *traceIDColumn[T]) data() proto.Column { return &c.values }
func (c *traceIDColumn[T]) reset()             { c.values.Reset() }
func (c *traceIDColumn[T]) append(rows []T) {
	for i := range rows {
		c.values.Buf = append(c.values.Buf, c.field(&rows[i])[:]...)
	}
}
func (c *traceIDColumn[T]) read(i int, row *T) { copy(c.field(row)[:], c.values.Row(i)) }

type spanIDColumn[T any] struct {
	columnBase
	values proto.ColFixedStr
	field  func(*T) *ledger.SpanID
}

func spanID[T any](name string, field func(*T) *ledger.SpanID) column[T] {
	return &spanIDColumn[T]{columnBase: columnBase{title: name, used: true}, values: proto.ColFixedStr{Size: len(ledger.SpanID{})}, field: field}
}

func (c *spanIDColumn[T]) data() proto.Column { return &c.values }
func (c *spanIDColumn[T]) reset()             { c.values.Reset() }
func (c *spanIDColumn[T]) append(rows []T) {
	for i := range rows {
		c.values.Buf = append(c.values.Buf, c.field(&rows[i])[:]...)
	}
}
func (c *spanIDColumn[T]) read(i int, row *T) { copy(c.field(row)[:], c.values.Row(i)) }

type spanIDsColumn[T any] struct {
	columnBase
	values *proto.ColArr[[8]byte]
	field  func(*T) *[]ledger.SpanID
}

func spanIDs[T any](name string, field func(*T) *[]ledger.SpanID) column[T] {
	return &spanIDsColumn[T]{columnBase: columnBase{title: name}, values: proto.NewArray[[8]byte](new(proto.ColFixedStr8)), field: field}
}

func (c *spanIDsColumn[T]) data() proto.Column { return c.values }
func (c *spanIDsColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *spanIDsColumn[T]) append(rows []T) {
	for i := range rows {
		ids := *c.field(&rows[i])
		c.used = c.used || len(ids) > 0
		for _, id := range ids {
			c.values.Data.Append(id)
		}
		c.values.Offsets = append(c.values.Offsets, uint64(c.values.Data.Rows()))
	}
}
func (c *spanIDsColumn[T]) read(i int, row *T) {
	for _, id := range c.values.Row(i) {
		*c.field(row) = append(*c.field(row), id)
	}
}

type textsColumn[T any] struct {
	columnBase
	values *proto.ColArr[string]
	field  func(*T) *[]string
}

func texts[T any](name string, field func(*T) *[]string) column[T] {
	return &textsColumn[T]{columnBase: columnBase{title: name}, values: proto.NewArray[string](new(proto.ColStr).LowCardinality()), field: field}
}

func (c *textsColumn[T]) data() proto.Column { return c.values }
func (c *textsColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *textsColumn[T]) append(rows []T) {
	for i := range rows {
		list := *c.field(&rows[i])
		c.used = c.used || len(list) > 0
		c.values.Append(list)
	}
}
func (c *textsColumn[T]) read(i int, row *T) { *c.field(row) = c.values.Row(i) }

type tagsColumn[T any] struct {
	columnBase
	values *proto.ColMap[string, string]
	field  func(*T) *map[string]string
}

func tags[T any](name string, field func(*T) *map[string]string) column[T] {
	values := proto.NewMap[string, string](new(proto.ColStr).LowCardinality(), new(proto.ColStr))
	return &tagsColumn[T]{columnBase: columnBase{title: name}, values: values, field: field}
}

func (c *tagsColumn[T]) data() proto.Column { return c.values }
func (c *tagsColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *tagsColumn[T]) append(rows []T) {
	for i := range rows {
		m := *c.field(&rows[i])
		c.used = c.used || len(m) > 0
		c.values.Append(m)
	}
}
func (c *tagsColumn[T]) read(i int, row *T) {
	if m := c.values.Row(i); len(m) > 0 {
		*c.field(row) = m
	}
}

type amountColumn[T any] struct {
	columnBase
	values *proto.ColNullable[proto.Decimal128]
	typed  proto.Column
	field  func(*T) **udecimal.Decimal
}

// amount takes only what Check has let through.
func amount[T any](name string, field func(*T) **udecimal.Decimal) column[T] {
	values := proto.NewColNullable[proto.Decimal128](new(proto.ColDecimal128))
	return &amountColumn[T]{columnBase: columnBase{title: name}, values: values, field: field,
		typed: proto.Alias(values, "Nullable(Decimal(38, 18))")}
}

func (c *amountColumn[T]) data() proto.Column { return c.typed }
func (c *amountColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *amountColumn[T]) append(rows []T) {
	for i := range rows {
		d := *c.field(&rows[i])
		if d == nil {
			c.values.Append(proto.Null[proto.Decimal128]())
			continue
		}
		c.used = true
		c.values.Append(proto.NewNullable(toDecimal128(*d)))
	}
}
func (c *amountColumn[T]) read(i int, row *T) {
	if v := c.values.Row(i); v.Set {
		d := fromDecimal128(v.Value)
		*c.field(row) = &d
	}
}

// billColumn has bills as text.
type billColumn[T any] struct {
	columnBase
	values proto.ColStr
	field  func(*T) *ledger.Bill
}

func bill[T any](name string, field func(*T) *ledger.Bill) column[T] {
	return &billColumn[T]{columnBase: columnBase{title: name}, field: field}
}

func (c *billColumn[T]) data() proto.Column { return &c.values }
func (c *billColumn[T]) reset()             { c.values.Reset(); c.used = false }
func (c *billColumn[T]) append(rows []T) {
	for i := range rows {
		b := c.field(&rows[i])
		c.used = c.used || !b.IsZero()
		c.values.Append(b.Text())
	}
}
func (c *billColumn[T]) read(i int, row *T) { *c.field(row) = ledger.ReadBill(c.values.Row(i)) }

// versionColumn packs what orders the rows of one key into 64 bits.
type versionColumn[T any] struct {
	columnBase
	values proto.ColUInt64
	pack   func(*T) uint64
	unpack func(*T, uint64)
}

func (c *versionColumn[T]) data() proto.Column { return &c.values }
func (c *versionColumn[T]) reset()             { c.values.Reset() }
func (c *versionColumn[T]) append(rows []T) {
	for i := range rows {
		c.values = append(c.values, c.pack(&rows[i]))
	}
}
func (c *versionColumn[T]) read(i int, row *T) { c.unpack(row, c.values[i]) }

// receiptBits is how many bits of a version are the microseconds of receipt;
// the revision stands above them.
const receiptBits = 52

func packCallVersion(c *ledger.Call) uint64 {
	return uint64(c.Revision)<<receiptBits | uint64(c.Received.UnixMicro())
}

func callVersion() column[ledger.Call] {
	return &versionColumn[ledger.Call]{
		columnBase: columnBase{title: "version", used: true},
		pack:       packCallVersion,
		unpack: func(c *ledger.Call, v uint64) {
			c.Revision = int(v >> receiptBits)
			c.Received = time.UnixMicro(int64(v & (1<<receiptBits - 1))).UTC()
		},
	}
}

func spanVersion() column[ledger.AgentSpan] {
	return &versionColumn[ledger.AgentSpan]{
		columnBase: columnBase{title: "version", used: true},
		pack:       func(s *ledger.AgentSpan) uint64 { return uint64(s.Received.UnixMicro()) },
		unpack:     func(s *ledger.AgentSpan, v uint64) { s.Received = time.UnixMicro(int64(v)).UTC() },
	}
}
