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
}

// selectRows reads the rows of a table that a statement finds.
func selectRows[T any](ctx context.Context, s *Store, query string, data rowsData, blocks *sync.Pool, parameters ...proto.Parameter) ([]T, error) {
	b := blocks.Get().(*block[T])
	defer blocks.Put(b)
	b.reset()
	data.Columns = b.columnList()
	statement, err := render(query, data)
	if err != nil {
		return nil, err
	}
	return readRows(ctx, s, b, statement, parameters)
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
func readRows[T any](ctx context.Context, s *Store, b *block[T], statement string, parameters []proto.Parameter) ([]T, error) {
	var found []T
	err := s.do(ctx, ch.Query{
		Body:       statement,
		Parameters: parameters,
		Result:     b.results(),
		OnResult: func(context.Context, proto.Block) error {
			found = append(found, b.rows()...)
			return nil
		},
	})
	return found, err
}
