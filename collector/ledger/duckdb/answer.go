package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// answer is the result of a statement, which runs while its rows are read.
type answer struct {
	result         mapping.Result
	ended, stopped chan struct{}
}

// close ends the statement. The connection must not be used before.
func (a *answer) close() {
	close(a.ended)
	<-a.stopped
	mapping.DestroyResult(&a.result)
}

// ask begins a statement. It ends early when ctx does.
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
	a := &answer{ended: make(chan struct{}), stopped: make(chan struct{})}
	go func() {
		defer close(a.stopped)
		select {
		case <-ctx.Done():
			mapping.Interrupt(conn)
		case <-a.ended:
		}
	}()
	// Deprecated, but C has no other way to ask for rows as they are found.
	if bindings.ExecutePreparedStreaming(prepared, &a.result) == mapping.StateError {
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

// readChunks hands over the columns of some rows of an answer at a time.
func readChunks[T any](ctx context.Context, a *answer, t *table[T], see func(vectors []vector, rows int) error) error {
	return chunksOf(t, see, func() (mapping.DataChunk, error) { return nextChunk(ctx, a) })
}

// readTogether hands the rows of an answer over to several readers, each in a goroutine with a
// table of its own: while one reads a chunk, another has DuckDB find the next.
func readTogether[T any](ctx context.Context, a *answer, tables []*table[T], see []func(*T) error) error {
	var fetching sync.Mutex
	var ended bool
	next := func() (mapping.DataChunk, error) {
		fetching.Lock()
		defer fetching.Unlock()
		if ended {
			return mapping.DataChunk{}, nil
		}
		chunk, err := nextChunk(ctx, a)
		ended = chunk.Ptr == nil
		return chunk, err
	}
	stop := func() {
		fetching.Lock()
		defer fetching.Unlock()
		ended = true
	}
	errs := make([]error, len(tables))
	var reading sync.WaitGroup
	for i, t := range tables {
		reading.Go(func() {
			defer stop()
			errs[i] = chunksOf(t, func(vectors []vector, rows int) error { return eachRowOf(vectors, rows, t, see[i]) }, next)
		})
	}
	reading.Wait()
	return errors.Join(errs...)
}

// nextChunk has no pointer after the last one.
func nextChunk(ctx context.Context, a *answer) (mapping.DataChunk, error) {
	if err := ctx.Err(); err != nil {
		return mapping.DataChunk{}, err
	}
	chunk := mapping.FetchChunk(a.result)
	if chunk.Ptr == nil {
		if text := mapping.ResultError(&a.result); text != "" {
			return chunk, errors.Join(ctx.Err(), errorOf(text))
		}
	}
	return chunk, nil
}

func chunksOf[T any](t *table[T], see func(vectors []vector, rows int) error, next func() (mapping.DataChunk, error)) error {
	vectors := make([]vector, len(t.columns))
	for {
		chunk, err := next()
		if err != nil || chunk.Ptr == nil {
			return err
		}
		err = readChunk(chunk, vectors, t, see)
		mapping.DestroyDataChunk(&chunk)
		if err != nil {
			return err
		}
	}
}

func readChunk[T any](chunk mapping.DataChunk, vectors []vector, t *table[T], see func(vectors []vector, rows int) error) error {
	if n := int(mapping.DataChunkGetColumnCount(chunk)); n != len(t.columns) {
		return fmt.Errorf("%s: %d columns, expected %d", t.name, n, len(t.columns))
	}
	for i, c := range t.columns {
		vectors[i].init(mapping.DataChunkGetVector(chunk, mapping.IdxT(i)))
		if err := vectors[i].check(c.types); err != nil {
			return fmt.Errorf("column %s: %w", c.name, err)
		}
		vectors[i].mask = mapping.VectorGetValidity(vectors[i].handle)
	}
	return see(vectors, int(mapping.DataChunkGetSize(chunk)))
}

// eachRowOf hands over each row of a chunk.
func eachRowOf[T any](vectors []vector, rows int, t *table[T], see func(*T) error) error {
	var to, empty T
	for row := range rows {
		to = empty
		for i := range t.columns {
			if vectors[i].valid(row) {
				t.columns[i].read(&vectors[i], row, &to)
			}
		}
		if err := see(&to); err != nil {
			return err
		}
	}
	return nil
}
