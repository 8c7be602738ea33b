// Package duckdb keeps the ledger in an embedded DuckDB file: one writer at a
// time, any number of readers, one process.
package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/spanledger/spanledger/collector/internal/cmemory"
	"github.com/spanledger/spanledger/collector/ledger"
)

// memory is the path of a database without a file.
const memory = ":memory:"

// Store is a ledger in a DuckDB file. Stores opened for the same file share one
// database.
type Store struct {
	*database
	closed atomic.Bool
}

var _ ledger.Store = (*Store)(nil)

// database is one open file. DuckDB lets a process open a file once, so the
// exporter and the read API of a collector share it.
type database struct {
	path    string // absolute, or memory
	sql     *handle
	openers int // guarded by databases.Mutex

	exporting sync.Mutex // held while a file is written

	writing sync.Mutex // DuckDB aborts one of two transactions that touch the same rows
	staged  bool       // guarded by writing: the staging tables exist on writer
	writer  *sql.Conn  // guarded by writing
	index   *index
	cubes   *cubes
	clock   clock

	compaction compaction // guarded by writing
}

func newDatabase(path string, sql *handle) *database {
	return &database{
		path: path, sql: sql, openers: 1, index: newIndex(), cubes: newCubes(), clock: newClock(), compaction: newCompaction(),
	}
}

var databases = struct {
	sync.Mutex
	open map[string]*database
}{open: map[string]*database{}}

// Open opens the file at path, creating it and its folder when absent.
// ":memory:" is a store of its own that lives until Close. Settings of DuckDB
// may follow a question mark: "ledger.duckdb?memory_limit=1GB&threads=2"; of
// several openers in a process the first your settings hold. Another process
// with the file open makes it a *LockedError.
func Open(ctx context.Context, path string) (*Store, error) { return open(ctx, path, ingesting) }

// OpenToRead is Open for a process that writes nothing meanwhile: its questions may have all
// processors, if the file is so large that they answer faster.
func OpenToRead(ctx context.Context, path string) (*Store, error) { return open(ctx, path, reading) }

// use of a file decides how many threads a question has.
type use bool

const (
	// A question waits for its other threads in a loop that takes a core, while writes and
	// questions on other connections could use it. DuckDB's own default is all cores.
	ingesting use = false
	reading   use = true
)

// threadedFrom is the size of a file, in bytes, from which on several threads answer faster: of
// a small one, it takes more time to start them.
const threadedFrom = 16 << 20

// readMemory is the memory for questions of a process that only reads: with that of one that
// ingests, DuckDB writes what it sorts for a report on a million calls to a folder.
const readMemory = "512MB"

// settings are the threads and the memory of questions.
func (u use) settings(file string) map[string]string {
	processors := runtime.GOMAXPROCS(0)
	if info, err := os.Stat(file); u == reading && err == nil && info.Size() >= threadedFrom {
		return map[string]string{settingThreads: strconv.Itoa(processors), settingMemory: readMemory}
	}
	return map[string]string{settingThreads: strconv.Itoa(max(1, processors/4)), settingMemory: defaultMemory}
}

func open(ctx context.Context, path string, u use) (*Store, error) {
	file, settings, _ := strings.Cut(path, "?")
	if file == "" {
		return nil, fmt.Errorf("duckdb: no path: expected duckdb://path or duckdb://%s", memory)
	}
	if file == memory {
		db, err := connect(ctx, "", settings, u)
		if err != nil {
			return nil, fmt.Errorf("duckdb %s: %w", memory, err)
		}
		return &Store{database: newDatabase(memory, db)}, nil
	}

	databases.Lock()
	defer databases.Unlock()
	key, err := canonical(file)
	if err != nil {
		return nil, fmt.Errorf("duckdb %s: %w", file, err)
	}
	if db, ok := databases.open[key]; ok {
		db.openers++
		return &Store{database: db}, nil
	}
	opened, err := connect(ctx, key, settings, u)
	if err != nil {
		if isLocked(err) {
			return nil, newLockedError(key, err)
		}
		if strings.Contains(err.Error(), "not a valid DuckDB database file") {
			return nil, fmt.Errorf("duckdb %s: is not a DuckDB database file (hint: check the path)", key)
		}
		return nil, fmt.Errorf("duckdb %s: %w", key, withCause(err))
	}
	db := newDatabase(key, opened)
	databases.open[key] = db
	return &Store{database: db}, nil
}

// canonical is the one name of a file inside this process; its folder exists
// afterwards.
func canonical(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.Base(abs))
	if resolved, err := filepath.EvalSymlinks(path); err == nil { // it may not exist yet
		return resolved, nil
	}
	return path, nil
}

// defaults are settings of DuckDB that a path may override.
var defaults = map[string]string{
	// At a checkpoint the last row group, of 122,880 rows, is written again: with
	// 16 MB, which is DuckDB's default, four times until it is full. Rows since
	// the last checkpoint are in memory, and are read again after a crash.
	"checkpoint_threshold": "64MB",
	settingVacuum:          defaultVacuum,
	// The format of new files, which DuckDB 1.4 and later can read. At a checkpoint, it tries
	// one compression of texts, DICT_FSST, where its default, the format of 1.0, tries two. An
	// existing file keeps its format.
	"storage_compatibility_version": "v1.4.0",
}

const (
	settingThreads = "threads"

	settingMemory = "memory_limit"
	// Beyond it DuckDB writes to a folder next to the file; lists of durations, of
	// which percentiles are taken, are not counted. Its own default is four fifths
	// of the machine.
	defaultMemory = "144MB"
)

// boundMemory limits what the C library keeps, once for the process.
var boundMemory = sync.OnceFunc(cmemory.Bound)

func connect(ctx context.Context, file, settings string, u use) (*handle, error) {
	boundMemory()
	values, err := url.ParseQuery(settings)
	if err != nil {
		return nil, fmt.Errorf("settings %q: %w", settings, err)
	}
	ownMemory := values.Has(settingMemory)
	for _, settings := range []map[string]string{u.settings(file), defaults} {
		for name, value := range settings {
			if !values.Has(name) {
				values.Set(name, value)
			}
		}
	}
	connector, err := duckdb.NewConnector(file+"?"+values.Encode(), nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, err
	}
	threads, _ := strconv.Atoi(values.Get(settingThreads)) // DuckDB has accepted it
	return &handle{DB: db, defaultMemory: !ownMemory && values.Get(settingMemory) == defaultMemory, threads: max(1, threads)}, nil
}

// Path is the absolute path of the file, or ":memory:".
func (s *Store) Path() string { return s.path }

// Identity implements ledger.Store.
func (s *Store) Identity(context.Context) (string, error) {
	if s.path == memory {
		return fmt.Sprintf("duckdb in memory, %p", s.database), nil
	}
	return "duckdb file " + s.path, nil
}

// Close gives up this handle; the last one of a file closes it. Closing twice
// is harmless.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	if s.path != memory {
		databases.Lock()
		defer databases.Unlock()
		if s.openers--; s.openers > 0 {
			return nil
		}
		delete(databases.open, s.path)
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.writer != nil {
		s.writer.Close()
		s.writer = nil
	}
	if err := s.sql.Close(); err != nil {
		return fmt.Errorf("duckdb %s: close: %w", s.path, err)
	}
	return nil
}
