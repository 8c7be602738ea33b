package duckdb

import (
	"context"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// selectRows reads the rows of a table that a statement finds.
func selectRows[T any](ctx context.Context, s *Store, t *table[T], query string, args ...any) ([]T, error) {
	statement, err := render(query, statementData{Table: t.name, Columns: t.columnList()})
	if err != nil {
		return nil, err
	}
	return readRows(ctx, s, t, statement, args)
}

// readRows reads every row of an answer.
func readRows[T any](ctx context.Context, s *Store, t *table[T], statement string, args []any) ([]T, error) {
	var found []T
	err := eachRow(ctx, s, t, statement, args, func(row *T) error {
		found = append(found, *row)
		return nil
	})
	return found, err
}

// eachRow hands over one row of an answer after the other, in the same place. Rows are
// read out of DuckDB's columns in place: the driver gives a value at a time, each in an
// interface. DuckDB finds them while they are read, and keeps few in memory.
func eachRow[T any](ctx context.Context, s *Store, t *table[T], statement string, args []any, see func(*T) error) error {
	return onConnection(ctx, s, func(conn mapping.Connection) error { return askRows(ctx, s, conn, t, statement, args, see) })
}

// askRows is eachRow on a connection.
func askRows[T any](ctx context.Context, s *Store, conn mapping.Connection, t *table[T], statement string, args []any, see func(*T) error) error {
	return askChunks(ctx, s, conn, t, statement, args, func(columns []vector, rows int) error { return eachRowOf(columns, rows, t, see) })
}

// askChunks hands over the columns of some rows of an answer at a time.
func askChunks[T any](ctx context.Context, s *Store, conn mapping.Connection, t *table[T], statement string, args []any, see func(columns []vector, rows int) error) error {
	a, err := s.sql.ask(ctx, conn, statement, args)
	if err != nil {
		return err
	}
	defer a.close()
	return readChunks(ctx, a, t, see)
}

func onConnection(ctx context.Context, s *Store, do func(mapping.Connection) error) error {
	conn, err := s.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) error {
		handle, err := handleOf(c)
		if err != nil {
			return err
		}
		return do(handle)
	})
}
