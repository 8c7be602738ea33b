package duckdb

import (
	"context"
	"fmt"
	"strings"
)

// FileFormat is a kind of file that DuckDB writes.
type FileFormat string

// Formats of files.
const (
	Parquet FileFormat = "parquet"
	CSV     FileFormat = "csv"
)

// WriteFile writes a view to a file, in an order of its columns.
func (s *Store) WriteFile(ctx context.Context, view, order, path string, format FileFormat) error {
	options, ok := map[FileFormat]string{
		Parquet: "FORMAT parquet, COMPRESSION zstd",
		CSV:     "FORMAT csv, HEADER",
	}[format]
	if !ok {
		return fmt.Errorf("file format %q: expected %s or %s", format, Parquet, CSV)
	}
	// COPY takes no bound values; a quote in the path is doubled.
	_, err := s.sql.ExecContext(ctx, "COPY (SELECT * FROM "+view+" ORDER BY "+order+") TO '"+
		strings.ReplaceAll(path, "'", "''")+"' ("+options+")")
	return s.wrap("write "+path, err)
}
