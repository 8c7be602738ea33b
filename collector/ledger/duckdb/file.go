package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
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
	View, Order string    // names of a view and of its columns; no order: that of its rows
	Time        string    // the column that From and Until are about
	From, Until time.Time // zero = no bound
	Format      FileFormat
}

// WriteFile writes rows of a view to a file and returns how many.
func (s *Store) WriteFile(ctx context.Context, q FileQuery, path string) (rows int64, err error) {
	return s.writeFile(ctx, q, path, true)
}

// writeFile is WriteFile. A view whose rows can be read once only is not read again, with
// more memory.
func (s *Store) writeFile(ctx context.Context, q FileQuery, path string, again bool) (rows int64, err error) {
	options, ok := map[FileFormat]string{
		Parquet: "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480",
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
	order := ""
	if q.Order != "" {
		order = " ORDER BY " + q.Order
	}
	columns := "*"
	if q.Format == CSV {
		if columns, err = s.withoutFormulas(ctx, q.View); err != nil {
			return 0, s.wrap("columns of "+q.View, err)
		}
	}
	done, err := s.forFile(ctx)
	if err != nil {
		return 0, s.wrap("write "+path, err)
	}
	defer done()
	statement := "COPY (SELECT " + columns + " FROM " + q.View + where + order + ") TO '" +
		strings.ReplaceAll(path, "'", "''") + "' (" + options + ")"
	written, err := s.sql.ExecContext(ctx, statement)
	if isOutOfMemory(err) && again && s.sql.defaultMemory {
		if err = s.set(ctx, settingMemory, moreFileMemory); err == nil {
			written, err = s.sql.ExecContext(ctx, statement)
		}
	}
	if err == nil {
		rows, err = written.RowsAffected()
	}
	return rows, s.wrap("write "+path, err)
}

func isOutOfMemory(err error) bool {
	var e *duckdb.Error
	return errors.As(err, &e) && e.Type == duckdb.ErrorTypeOutOfMemory
}

// fileMemory is the memory for sorting a file of a hundred columns: with that of questions,
// a file of a million calls takes four times as long. Rows since the last checkpoint take
// part of it, and more may come while the file is written: then it gets moreFileMemory.
const (
	fileMemory     = "256MB"
	moreFileMemory = "1GB"
)

// forFile has DuckDB work with one thread, and with the memory of files unless its path has
// a limit, until done is called: each thread that writes a file keeps whole groups of rows in
// memory, and beyond its limit sorting and writing take ten times as long, or fail.
func (s *Store) forFile(ctx context.Context) (done func(), err error) {
	s.exporting.Lock()
	s.checkpoint(ctx)
	var threads int64
	if err = s.sql.QueryRowContext(ctx, "SELECT current_setting('threads')").Scan(&threads); err == nil {
		err = s.set(ctx, settingThreads, "1")
	}
	if err == nil && s.sql.defaultMemory {
		err = s.set(ctx, settingMemory, fileMemory)
	}
	if err != nil {
		s.exporting.Unlock()
		return nil, err
	}
	return func() {
		// They hold for every connection, and outlast a context that has ended.
		lasting := context.WithoutCancel(ctx)
		if s.sql.defaultMemory {
			_ = s.set(lasting, settingMemory, defaultMemory)
		}
		_ = s.set(lasting, settingThreads, strconv.FormatInt(threads, 10))
		s.exporting.Unlock()
	}, nil
}

// checkpoint moves rows from the memory to the file, unless something prevents it.
func (s *Store) checkpoint(ctx context.Context) {
	s.writing.Lock()
	defer s.writing.Unlock()
	_, _ = s.sql.ExecContext(ctx, "CHECKPOINT")
}

func (s *Store) set(ctx context.Context, setting, value string) error {
	_, err := s.sql.ExecContext(ctx, "SET GLOBAL "+setting+" = '"+value+"'")
	return err
}

// withoutFormulas selects the columns of a view, with an apostrophe before a text
// that a spreadsheet would run as a formula: an application chose it freely.
func (s *Store) withoutFormulas(ctx context.Context, view string) (string, error) {
	var columns []string
	var name, kind string
	err := scan(ctx, s.sql, "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", []any{view}, fields{&name, &kind}, func() {
		column := `"` + name + `"`
		if kind == "VARCHAR" || strings.HasPrefix(kind, "ENUM") {
			column = "CASE WHEN regexp_matches(" + column + ", '^[=+\\-@\\t\\r＝＋－＠]') THEN '''' || " + column + " ELSE " + column + " END AS " + column
		}
		columns = append(columns, column)
	})
	return strings.Join(columns, ", "), err
}
