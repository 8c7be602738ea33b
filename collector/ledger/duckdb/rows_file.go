package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/spanledger/spanledger/collector/ledger"
)

// CallsFile writes calls to a file, as WriteFile does those of a ledger that has no
// others. next returns them in pieces, in the order of the file, and none after the last.
func CallsFile(ctx context.Context, q FileQuery, path string, next func() ([]*ledger.Call, error)) (rows int64, err error) {
	return rowsFile(ctx, q, path, &calls, next)
}

// LogsFile is CallsFile for log records.
func LogsFile(ctx context.Context, q FileQuery, path string, next func() ([]*ledger.Log, error)) (rows int64, err error) {
	return rowsFile(ctx, q, path, &logs, next)
}

// rowsFile asks an empty ledger, whose table it makes a view of the rows: columns and
// their types are those of any ledger, and no row is stored. What is beyond the limit of
// memory goes to the folder of that ledger, which is next to the file.
func rowsFile[T any](ctx context.Context, q FileQuery, path string, t *table[T], next func() ([]*T, error)) (rows int64, err error) {
	s, remove, err := Scratch(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	source := &rowSource[T]{table: t, next: next, texts: textPool.Get().(*textMemory)}
	defer source.close()
	if err := source.replace(ctx, s); err != nil {
		return 0, s.wrap("write "+path, err)
	}
	rows, err = s.writeFile(ctx, q, path, false)
	if source.err != nil { // DuckDB keeps the text of it only
		err = source.err
	}
	return rows, err
}

// rowSource is a table of DuckDB whose rows come from a function. They are written into
// DuckDB's columns in place, as by appendRows.
type rowSource[T any] struct {
	table   *table[T]
	next    func() ([]*T, error)
	infos   []duckdb.ColumnInfo
	columns []column[T] // of infos
	vectors []vector    // of infos
	texts   *textMemory // of the last chunk, which DuckDB has used when it asks for another
	rows    []*T        // of the piece that was read last
	err     error
}

var _ duckdb.ChunkTableSource = (*rowSource[ledger.Call])(nil)

// replace has the views of a ledger read the source in place of its table.
func (r *rowSource[T]) replace(ctx context.Context, s *Store) error {
	conn, err := s.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := r.describe(ctx, conn); err != nil {
		return err
	}
	const function = "rows_of_file"
	if err := duckdb.RegisterTableUDF(conn, function, duckdb.ChunkTableFunction{
		BindArguments: func(map[string]any, ...any) (duckdb.ChunkTableSource, error) { return r, nil },
	}); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "DROP TABLE "+r.table.name+"; CREATE VIEW "+r.table.name+" AS FROM "+function+"()")
	return err
}

// describe takes the names and types of columns from the table.
func (r *rowSource[T]) describe(ctx context.Context, conn *sql.Conn) error {
	return conn.Raw(func(c any) (err error) {
		prepared, err := c.(*duckdb.Conn).PrepareContext(ctx, "FROM "+r.table.name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, prepared.Close()) }()
		statement := prepared.(*duckdb.Stmt)
		number, err := statement.ColumnCount()
		if err != nil {
			return err
		}
		r.infos, r.columns, r.vectors = make([]duckdb.ColumnInfo, number), make([]column[T], number), make([]vector, number)
		for i := range number {
			if r.infos[i].Name, err = statement.ColumnName(i); err != nil {
				return err
			}
			if r.infos[i].T, err = statement.ColumnTypeInfo(i); err != nil {
				return err
			}
			at := slices.IndexFunc(r.table.columns, func(c column[T]) bool { return c.name == r.infos[i].Name })
			if at < 0 {
				return fmt.Errorf("column %s of %s: no field of a row holds it", r.infos[i].Name, r.table.name)
			}
			r.columns[i], r.vectors[i].texts = r.table.columns[at], r.texts
		}
		return nil
	})
}

// ColumnInfos implements duckdb.ChunkTableSource.
func (r *rowSource[T]) ColumnInfos() []duckdb.ColumnInfo { return r.infos }

// Cardinality implements duckdb.ChunkTableSource. It is not known.
func (r *rowSource[T]) Cardinality() *duckdb.CardinalityInfo { return nil }

// Init implements duckdb.ChunkTableSource.
func (r *rowSource[T]) Init() {}

// FillChunk implements duckdb.ChunkTableSource.
func (r *rowSource[T]) FillChunk(chunk duckdb.DataChunk) error {
	handle, places, err := chunkHandle(&chunk)
	if err == nil {
		var rows int
		if rows, err = r.fill(handle, places); err == nil {
			err = chunk.SetSize(rows)
		}
	}
	r.err = errors.Join(r.err, err)
	return err
}

// chunkHandle returns the handle of a chunk, which the driver has no method for, and the
// place of each column in it, which is negative where the statement does not ask for it.
func chunkHandle(chunk *duckdb.DataChunk) (handle mapping.DataChunk, places []int, err error) {
	of := reflect.ValueOf(chunk).Elem()
	field, projection := of.FieldByName("chunk"), of.FieldByName("projection")
	if !field.IsValid() || field.Type() != reflect.TypeFor[mapping.DataChunk]() ||
		!projection.IsValid() || projection.Type() != reflect.TypeFor[[]int]() {
		return handle, nil, errors.New("the driver duckdb-go has changed: adapt rowSource to it")
	}
	places = make([]int, projection.Len())
	for i := range places {
		places[i] = int(projection.Index(i).Int())
	}
	return mapping.DataChunk{Ptr: field.FieldByName("Ptr").UnsafePointer()}, places, nil
}

// fill writes the next rows to a chunk and returns how many, 0 at the end.
func (r *rowSource[T]) fill(chunk mapping.DataChunk, places []int) (rows int, err error) {
	r.texts.reset()
	for i, place := range places {
		if place < 0 {
			continue
		}
		r.vectors[i].init(mapping.DataChunkGetVector(chunk, mapping.IdxT(place)))
		if err := r.vectors[i].check(r.columns[i].types); err != nil {
			return 0, fmt.Errorf("column %s: %w", r.columns[i].name, err)
		}
	}
	for ; rows < duckdb.GetDataChunkCapacity(); rows++ {
		if len(r.rows) == 0 {
			if r.rows, err = r.next(); err != nil {
				return 0, err
			}
			if len(r.rows) == 0 {
				break
			}
		}
		for i, place := range places {
			if place < 0 {
				continue
			}
			if err := r.columns[i].write(&r.vectors[i], rows, r.rows[0]); err != nil {
				return 0, fmt.Errorf("column %s: %w", r.columns[i].name, err)
			}
		}
		r.rows = r.rows[1:]
	}
	for i, place := range places {
		if place >= 0 {
			r.vectors[i].finish()
		}
	}
	return rows, nil
}

func (r *rowSource[T]) close() {
	r.texts.reset()
	textPool.Put(r.texts)
}
