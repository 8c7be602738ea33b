package clickhouse

import (
	"context"
	"sync"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// rowsData fills the statements that read whole rows.
type rowsData struct {
	Table   string
	Columns string
	Final   bool // one version of each row
	Spans   bool // only those of some spans
}

// selectRows reads the rows of a table that a statement finds.
func selectRows[T any](ctx context.Context, s *Store, query string, data rowsData, blocks *sync.Pool, parameters ...proto.Parameter) (found []T, err error) {
	err = selectBlocks(ctx, s, query, data, blocks, parameters, func(rows []T) { found = append(found, rows...) })
	return found, err
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

// eachRow calls row with the place of every row of an answer in the columns of
// results, while they hold its block.
func (s *Store) eachRow(ctx context.Context, statement string, parameters []proto.Parameter, results proto.Results, row func(i int)) error {
	return s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: parameters,
		Result:     results,
		OnResult: func(_ context.Context, block proto.Block) error {
			for i := range block.Rows {
				row(i)
			}
			return nil
		},
	})
}

// readRows reads every row of an answer.
func readRows[T any](ctx context.Context, s *Store, b *block[T], statement string, parameters []proto.Parameter) (found []T, err error) {
	err = readBlocks(ctx, s, b, statement, parameters, func(rows []T) { found = append(found, rows...) })
	return found, err
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
