package duckdb

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// FileFormat is a kind of file that DuckDB writes.
type FileFormat string

// Formats of files.
const (
	Parquet FileFormat = "parquet"
	CSV     FileFormat = "csv"
)

// FileQuery chooses rows of a view, and the order of a file of them.
type FileQuery struct {
	View, Order string    // names of a view and of its columns
	Time        string    // the column that From and Until are about
	From, Until time.Time // zero = no bound
	Format      FileFormat
}

// WriteFile writes rows of a view to a file and returns how many.
func (s *Store) WriteFile(ctx context.Context, q FileQuery, path string) (rows int64, err error) {
	options, ok := map[FileFormat]string{
		Parquet: "FORMAT parquet, COMPRESSION zstd",
		CSV:     "FORMAT csv, HEADER",
	}[q.Format]
	if !ok {
		return 0, fmt.Errorf("file format %q: expected %s or %s", q.Format, Parquet, CSV)
	}
	// COPY takes no bound values: bounds are integers, a quote in the path is doubled.
	where := " WHERE true"
	if !q.From.IsZero() {
		where += fmt.Sprintf(" AND %s >= make_timestamp_ns(%d)", q.Time, boundedNanos(q.From))
	}
	if !q.Until.IsZero() {
		where += fmt.Sprintf(" AND %s < make_timestamp_ns(%d)", q.Time, boundedNanos(q.Until))
	}
	written, err := s.sql.ExecContext(ctx, "COPY (SELECT * FROM "+q.View+where+" ORDER BY "+q.Order+") TO '"+
		strings.ReplaceAll(path, "'", "''")+"' ("+options+")")
	if err == nil {
		rows, err = written.RowsAffected()
	}
	return rows, s.wrap("write "+path, err)
}
