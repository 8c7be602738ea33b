package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Write stores the batch in one transaction. A row replaces the one with its
// trace and span id that started on the same day, unless that one was received
// later.
func (s *Store) Write(ctx context.Context, batch ledger.Batch) error {
	if len(batch.Calls) == 0 && len(batch.Spans) == 0 {
		return nil
	}
	for i := range batch.Calls {
		if err := batch.Calls[i].Check(); err != nil {
			return err
		}
	}
	for i := range batch.Spans {
		if err := batch.Spans[i].Check(); err != nil {
			return err
		}
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.wrap("write", s.write(ctx, batch))
}

func (s *Store) write(ctx context.Context, batch ledger.Batch) error {
	if err := s.prepareWriter(ctx); err != nil {
		return err
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer rollback(tx)
	if batch, err = s.admissible(ctx, tx, batch); err != nil {
		return err
	}
	if err := replace(ctx, tx, s.writer, &calls, batch.Calls, identifyCall); err != nil {
		return err
	}
	if err := replace(ctx, tx, s.writer, &spans, batch.Spans, identifySpan); err != nil {
		return err
	}
	return tx.Commit()
}

// admissible is the batch without users that were forgotten, and without days
// that are in the archive, where a call cannot be told from one that comes
// again.
func (s *Store) admissible(ctx context.Context, tx *sql.Tx, batch ledger.Batch) (ledger.Batch, error) {
	users, err := forgotten(ctx, tx)
	if err != nil {
		return batch, err
	}
	batch = users.Batch(batch)
	var first int64
	if err := tx.QueryRowContext(ctx, "SELECT value FROM ledger_settings WHERE name = ?", settingArchivedDays).Scan(&first); err != nil {
		return batch, err
	}
	batch.Calls = since(batch.Calls, first, identifyCall)
	batch.Spans = since(batch.Spans, first, identifySpan)
	return batch, nil
}

// since is the rows that start on a day or later.
func since[T any](rows []T, first int64, identify func(*T) (key, version)) []T {
	before := func(row T) bool {
		k, _ := identify(&row)
		return k.day < first
	}
	if !slices.ContainsFunc(rows, before) {
		return rows
	}
	return slices.DeleteFunc(slices.Clone(rows), before)
}

// prepareWriter opens the connection whose temporary tables stage the rows.
func (s *Store) prepareWriter(ctx context.Context) error {
	if s.writer == nil {
		conn, err := s.sql.Conn(ctx)
		if err != nil {
			return err
		}
		s.writer, s.staged = conn, false
	}
	if s.staged {
		return nil
	}
	for _, statement := range []string{
		stagingTable(&calls), stagingTable(&spans), stagingTable(&logs),
	} {
		if _, err := s.writer.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	s.staged = true
	return nil
}

func stagingTable[T any](t *table[T]) string {
	return fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s LIMIT 0", t.staging, t.columnList(), t.name)
}

// key is what makes two rows the same row.
type key struct {
	day   int64 // days since 1970, of the start
	trace ledger.TraceID
	span  ledger.SpanID
	log   ledger.LogID // of a log record
}

// version orders the rows of one key; the highest holds.
type version struct {
	revision int
	received int64 // microseconds since 1970
}

func (v version) less(w version) bool {
	return v.revision < w.revision || v.revision == w.revision && v.received < w.received
}

const day = 24 * time.Hour

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

func identifyCall(c *ledger.Call) (key, version) {
	return key{day: dayOf(c.Start), trace: c.TraceID, span: c.SpanID}, version{c.Revision, c.Received.UnixMicro()}
}

func identifySpan(s *ledger.AgentSpan) (key, version) {
	return key{day: dayOf(s.Start), trace: s.TraceID, span: s.SpanID}, version{0, s.Received.UnixMicro()}
}

func replace[T any](ctx context.Context, tx *sql.Tx, conn *sql.Conn, t *table[T], rows []T, identify func(*T) (key, version)) error {
	if len(rows) == 0 {
		return nil
	}
	first, last := days(rows, identify)
	from := time.Unix(first*int64(day/time.Second), 0).UTC()
	until := time.Unix((last+1)*int64(day/time.Second), 0).UTC()
	if err := stage(conn, t, rows, identify); err != nil {
		return err
	}
	data := statementData{Table: t.name, Staging: t.staging, Columns: t.columnList(), Version: t.version}
	for _, name := range []string{"drop_outdated.sql", "drop_replaced.sql", "insert_staged.sql", "clear_staged.sql"} {
		statement, err := render(name, data)
		if err != nil {
			return err
		}
		var args []any
		if name == "drop_outdated.sql" || name == "drop_replaced.sql" {
			args = []any{from.UnixNano(), until.UnixNano()}
		}
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

// stage appends to the staging table the row to keep of each key.
func stage[T any](conn *sql.Conn, t *table[T], rows []T, identify func(*T) (key, version)) error {
	keep := make(map[key]int, len(rows))
	for i := range rows {
		k, v := identify(&rows[i])
		if j, ok := keep[k]; ok {
			if _, kept := identify(&rows[j]); v.less(kept) {
				continue
			}
		}
		keep[k] = i
	}
	return conn.Raw(func(driverConn any) error {
		appender, err := duckdb.NewAppender(driverConn.(driver.Conn), "temp", "main", t.staging)
		if err != nil {
			return err
		}
		values := make([]driver.Value, len(t.columns))
		for i := range rows {
			if k, _ := identify(&rows[i]); keep[k] != i {
				continue
			}
			for j, c := range t.columns {
				values[j] = c.value(&rows[i])
			}
			if err := appender.AppendRow(values...); err != nil {
				_ = appender.Clear() // keeps Close from storing the rows before
				_ = appender.Close()
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		return appender.Close()
	})
}

// days returns the first and last day the rows start on.
func days[T any](rows []T, identify func(*T) (key, version)) (first, last int64) {
	for i := range rows {
		k, _ := identify(&rows[i])
		if i == 0 || k.day < first {
			first = k.day
		}
		if i == 0 || k.day > last {
			last = k.day
		}
	}
	return first, last
}
