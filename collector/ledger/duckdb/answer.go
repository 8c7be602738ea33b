package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// answer holds the result of a statement, in memory.
type answer struct{ result mapping.Result }

func (a *answer) close() { mapping.DestroyResult(&a.result) }

// ask runs a statement. It ends early when ctx does.
func ask(ctx context.Context, conn mapping.Connection, statement string, args []any) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var prepared mapping.PreparedStatement
	defer mapping.DestroyPrepare(&prepared)
	if mapping.Prepare(conn, statement, &prepared) == mapping.StateError {
		return nil, errorOf(mapping.PrepareError(prepared))
	}
	for i, arg := range args {
		if err := bindValue(prepared, mapping.IdxT(i+1), arg); err != nil {
			return nil, err
		}
	}
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
			mapping.Interrupt(conn)
		case <-ended:
		}
	}()
	a := new(answer)
	state := mapping.ExecutePrepared(prepared, &a.result)
	close(ended)
	<-stopped
	if state == mapping.StateError {
		defer a.close()
		return nil, errors.Join(ctx.Err(), errorOf(mapping.ResultError(&a.result)))
	}
	return a, nil
}

func bindValue(to mapping.PreparedStatement, at mapping.IdxT, value any) error {
	var state mapping.State
	switch value := value.(type) {
	case int64:
		state = mapping.BindInt64(to, at, value)
	case int:
		state = mapping.BindInt64(to, at, int64(value))
	case string:
		state = mapping.BindVarcharLength(to, at, value, mapping.IdxT(len(value)))
	case bool:
		state = mapping.BindBoolean(to, at, value)
	default:
		return fmt.Errorf("argument %d is a %T, which nothing here binds", at, value)
	}
	if state == mapping.StateError {
		return fmt.Errorf("argument %d: %w", at, errorOf(mapping.PrepareError(to)))
	}
	return nil
}

// kindsOfErrors are those that an error's text begins with, of which the cause is looked for.
var kindsOfErrors = map[string]duckdb.ErrorType{
	"Catalog": duckdb.ErrorTypeCatalog, "Binder": duckdb.ErrorTypeBinder, "Conversion": duckdb.ErrorTypeConversion,
	"Mismatch Type": duckdb.ErrorTypeMismatchType, "Out of Memory": duckdb.ErrorTypeOutOfMemory, "INTERRUPT": duckdb.ErrorTypeInterrupt,
}

// errorOf is the error of a text, as the driver makes it.
func errorOf(text string) error {
	kind, _, _ := strings.Cut(text, " Error: ")
	return &duckdb.Error{Type: kindsOfErrors[kind], Msg: text}
}

// readAnswer hands over each row of an answer.
func readAnswer[T any](ctx context.Context, a *answer, t *table[T], see func(*T)) error {
	if n := int(mapping.ColumnCount(&a.result)); n != len(t.columns) {
		return fmt.Errorf("%s: %d columns, expected %d", t.name, n, len(t.columns))
	}
	vectors := make([]vector, len(t.columns))
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		chunk := mapping.FetchChunk(a.result)
		if chunk.Ptr == nil {
			return nil
		}
		err := readChunk(chunk, vectors, t, see)
		mapping.DestroyDataChunk(&chunk)
		if err != nil {
			return err
		}
	}
}

func readChunk[T any](chunk mapping.DataChunk, vectors []vector, t *table[T], see func(*T)) error {
	for i, c := range t.columns {
		vectors[i].init(mapping.DataChunkGetVector(chunk, mapping.IdxT(i)))
		if err := vectors[i].check(c.types); err != nil {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
		vectors[i].mask = mapping.VectorGetValidity(vectors[i].handle)
	}
	var to, empty T
	for row := range int(mapping.DataChunkGetSize(chunk)) {
		to = empty
		for i := range t.columns {
			if vectors[i].valid(row) {
				t.columns[i].read(&vectors[i], row, &to)
			}
		}
		see(&to)
	}
	return nil
}
