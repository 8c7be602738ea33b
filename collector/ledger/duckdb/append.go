package duckdb

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// appendRows appends rows to a table, inside the transaction of the
// connection. They are written into DuckDB's columns in place: the driver's
// appender takes a value at a time, each in an interface, and copies every text
// by a call to C.
func appendRows[T any](conn *sql.Conn, catalog, name string, t *table[T], rows []*T) error {
	if len(rows) == 0 {
		return nil
	}
	err := conn.Raw(func(c any) error {
		handle, err := handleOf(c)
		if err != nil {
			return err
		}
		a, err := newAppender(handle, catalog, name, t)
		if err != nil {
			return err
		}
		return errors.Join(a.append(rows), a.close())
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// handleOf returns the handle of a connection, which the driver has no method
// for.
func handleOf(c any) (mapping.Connection, error) {
	conn, ok := c.(*duckdb.Conn)
	if !ok {
		return mapping.Connection{}, fmt.Errorf("%w: a connection of the driver is a %T", driver.ErrBadConn, c)
	}
	field := reflect.ValueOf(conn).Elem().FieldByName("conn")
	if !field.IsValid() || field.Type() != reflect.TypeFor[mapping.Connection]() {
		return mapping.Connection{}, errors.New("the driver duckdb-go has changed: adapt appendRows to it")
	}
	return mapping.Connection{Ptr: field.FieldByName("Ptr").UnsafePointer()}, nil
}

// appender appends rows of T to one table.
type appender[T any] struct {
	table   *table[T]
	handle  mapping.Appender
	types   []mapping.LogicalType
	chunk   mapping.DataChunk
	vectors []vector
	texts   *textMemory
	failed  bool
}

func newAppender[T any](conn mapping.Connection, catalog, name string, t *table[T]) (*appender[T], error) {
	a := &appender[T]{table: t, texts: textPool.Get().(*textMemory)}
	if mapping.AppenderCreateExt(conn, catalog, "main", name, &a.handle) == mapping.StateError {
		return nil, errors.Join(a.fail(), a.close())
	}
	for i, c := range t.columns {
		if mapping.AppenderAddColumn(a.handle, c.name) == mapping.StateError {
			return nil, errors.Join(a.fail(), a.close())
		}
		a.types = append(a.types, mapping.AppenderColumnType(a.handle, mapping.IdxT(i)))
	}
	a.chunk = mapping.CreateDataChunk(a.types)
	a.vectors = make([]vector, len(t.columns))
	for i, c := range t.columns {
		a.vectors[i].texts = a.texts
		a.vectors[i].init(mapping.DataChunkGetVector(a.chunk, mapping.IdxT(i)))
		if err := a.vectors[i].check(c.types); err != nil {
			a.failed = true
			return nil, errors.Join(fmt.Errorf("column %s: %w", c.name, err), a.close())
		}
	}
	return a, nil
}

// fail returns the error of the last call of DuckDB.
func (a *appender[T]) fail() error {
	a.failed = true
	data := mapping.AppenderErrorData(a.handle)
	defer mapping.DestroyErrorData(&data)
	return &duckdb.Error{Type: duckdb.ErrorType(mapping.ErrorDataErrorType(data)), Msg: mapping.ErrorDataMessage(data)}
}

func (a *appender[T]) append(rows []*T) error {
	capacity := int(mapping.VectorSize())
	for chunk := range slices.Chunk(rows, capacity) {
		for i, row := range chunk {
			for k := range a.table.columns {
				if err := a.table.columns[k].write(&a.vectors[k], i, row); err != nil {
					a.failed = true
					return fmt.Errorf("column %s: %w", a.table.columns[k].name, err)
				}
			}
		}
		if err := a.flushChunk(len(chunk)); err != nil {
			return err
		}
	}
	if mapping.AppenderFlush(a.handle) == mapping.StateError {
		return a.fail()
	}
	return nil
}

// flushChunk hands a chunk over. DuckDB copies it, texts included.
func (a *appender[T]) flushChunk(rows int) error {
	for i := range a.vectors {
		a.vectors[i].finish()
	}
	mapping.DataChunkSetSize(a.chunk, mapping.IdxT(rows))
	if mapping.AppendDataChunk(a.handle, a.chunk) == mapping.StateError {
		return a.fail()
	}
	mapping.DataChunkReset(a.chunk)
	for i := range a.vectors {
		a.vectors[i].init(mapping.DataChunkGetVector(a.chunk, mapping.IdxT(i)))
	}
	a.texts.reset()
	return nil
}

// close frees what the appender holds. Rows that were not flushed are dropped.
func (a *appender[T]) close() error {
	if a.failed {
		mapping.AppenderClear(a.handle) // keeps the end from storing them
	}
	if a.chunk.Ptr != nil {
		mapping.DestroyDataChunk(&a.chunk)
	}
	for i := range a.types {
		mapping.DestroyLogicalType(&a.types[i])
	}
	a.texts.reset()
	textPool.Put(a.texts)
	if mapping.AppenderDestroy(&a.handle) == mapping.StateError && !a.failed {
		return errors.New("the rows were not appended")
	}
	return nil
}
