package clickhouse

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/internal/columns"
)

// rowsData fills the statements that read whole rows.
type rowsData struct {
	Table   string
	Columns string
	Final   bool // one version of each row
	Spans   bool // only those of some spans

	Unordered bool // of a trace
	Limit     int  // rows; 0 = all
}

// selectRows reads the rows of a table that a statement finds.
func selectRows[T any](ctx context.Context, s *Store, query string, data rowsData, blocks *sync.Pool, parameters ...proto.Parameter) (found []T, err error) {
	var p pieces[T]
	err = selectBlocks(ctx, s, query, data, blocks, parameters, p.add)
	return p.rows(), err
}

// pieces are rows that are read some at a time. A slice of all would be copied several times
// while it grows, and a row takes more than a kilobyte.
type pieces[T any] [][]T

func (p *pieces[T]) add(rows []T) { *p = append(*p, slices.Clone(rows)) }

func (p pieces[T]) rows() []T {
	if len(p) == 1 {
		return p[0]
	}
	return slices.Concat(p...)
}

// selectBlocks is selectRows for more rows than should be in memory at once.
func selectBlocks[T any](ctx context.Context, s *Store, query string, data rowsData, blocks *sync.Pool, parameters []proto.Parameter, see func([]T)) error {
	b := blocks.Get().(*block[T])
	defer blocks.Put(b)
	b.reset()
	data.Columns = b.columnList()
	statement, err := render(query, data)
	if err != nil {
		return err
	}
	return readBlocks(ctx, s, b, statement, parameters, see)
}

// fields are the columns of an answer, and how a row of theirs is read into variables.
type fields struct {
	results proto.Results
	read    []func(row int)
}

var _ columns.Fields = (*fields)(nil)

func (f *fields) add(name string, data proto.ColResult, read func(row int)) {
	f.results = append(f.results, proto.ResultColumn{Name: name, Data: data})
	f.read = append(f.read, read)
}

func (f *fields) Text(name string, to *string) {
	c := new(proto.ColStr)
	f.add(name, c, func(row int) { *to = c.Row(row) })
}

func (f *fields) Count(name string, to *int64) {
	c := new(proto.ColUInt64)
	f.add(name, c, func(row int) { *to = int64(c.Row(row)) })
}

func (f *fields) Sum(name string, to *int64) {
	c := new(proto.ColInt64)
	f.add(name, c, func(row int) { *to = c.Row(row) })
}

func (f *fields) Duration(name string, to *time.Duration) { f.Sum(name, (*int64)(to)) }

func (f *fields) Instant(name string, to *time.Time) {
	c := new(proto.ColInt64)
	f.add(name, c, func(row int) { *to = time.Unix(0, c.Row(row)).UTC() })
}

func (f *fields) Amount(name string, to *udecimal.Decimal) {
	c := new(proto.ColDecimal128)
	f.add(name, proto.Alias(c, "Decimal(38, 18)"), func(row int) { *to = fromDecimal128(c.Row(row)) })
}

func (f *fields) TraceID(name string, to *ledger.TraceID) { f.bytes(name, to[:]) }
func (f *fields) SpanID(name string, to *ledger.SpanID)   { f.bytes(name, to[:]) }

func (f *fields) bytes(name string, to []byte) {
	c := &proto.ColFixedStr{Size: len(to)}
	f.add(name, c, func(row int) { copy(to, c.Row(row)) })
}

// each asks a query, and calls see for each row of its answer, which the variables of the
// fields have then.
func (s *Store) each(ctx context.Context, query string, data any, parameters []proto.Parameter, f *fields, see func()) error {
	statement, err := render(query, data)
	if err != nil {
		return err
	}
	return s.eachRow(ctx, statement, parameters, f, see)
}

func (s *Store) eachRow(ctx context.Context, statement string, parameters []proto.Parameter, f *fields, see func()) error {
	return s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: parameters,
		Result:     f.results,
		OnResult: func(_ context.Context, block proto.Block) error {
			for row := range block.Rows {
				for _, read := range f.read {
					read(row)
				}
				see()
			}
			return nil
		},
	})
}

// readRows reads every row of an answer.
func readRows[T any](ctx context.Context, s *Store, b *block[T], statement string, parameters []proto.Parameter) (found []T, err error) {
	var p pieces[T]
	err = readBlocks(ctx, s, b, statement, parameters, p.add)
	return p.rows(), err
}

// readBlocks calls see with the rows of an answer, some at a time.
func readBlocks[T any](ctx context.Context, s *Store, b *block[T], statement string, parameters []proto.Parameter, see func([]T)) error {
	return s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: parameters,
		Result:     b.results(),
		OnResult: func(context.Context, proto.Block) error {
			b.read(see)
			return nil
		},
	})
}
