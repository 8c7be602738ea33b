package duckdb

import "context"

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
	err := eachRow(ctx, s, t, statement, args, func(row *T) { found = append(found, *row) })
	return found, err
}

// eachRow hands over one row of an answer after the other, in the same place.
func eachRow[T any](ctx context.Context, s *Store, t *table[T], statement string, args []any, see func(*T)) error {
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row, empty T
	fields := t.fields(&row, nil)
	for rows.Next() {
		row = empty
		if err := rows.Scan(fields...); err != nil {
			return err
		}
		see(&row)
	}
	return rows.Err()
}
