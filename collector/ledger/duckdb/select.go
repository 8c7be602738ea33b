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
	rows, err := s.sql.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	var fields []any
	for rows.Next() {
		var row T
		fields = t.fields(&row, fields)
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
}
