package duckdb

import (
	"context"
	"errors"
	"hash/maphash"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/spanledger/spanledger/collector/ledger"
)

// errTraces says that there are more than fit into memory.
var errTraces = errors.New("too many failed traces")

// traceFailures are the traces in a share that failed, or in which a tool failed again and again.
type traceFailures struct {
	seed  maphash.Seed
	share hashShare
	marks byHash[traceMark]
	loops []toolLoop
}

type traceMark struct {
	failed bool
	loop   int // its number, of the last of the trace
}

// noLoop is the number of none; that of the first loop is 1.
const noLoop = 0

// toolLoop is a tool that failed again and again.
type toolLoop struct {
	agent       uint64 // hash
	tool        string
	first, last int64 // failures, in nanoseconds since 1970
	before      int   // number of another loop of the trace
}

// traceFailure is a row of waste_traces.sql.
type traceFailure struct {
	trace  ledger.TraceID
	failed bool
	toolLoop
}

var failuresOfTraces = table[traceFailure]{name: "failures of traces", columns: []column[traceFailure]{
	traceID("trace_id", func(f *traceFailure) *ledger.TraceID { return &f.trace }),
	flag("failed", func(f *traceFailure) *bool { return &f.failed }),
	hash("agent", func(f *traceFailure) *uint64 { return &f.agent }),
	text("tool", func(f *traceFailure) *string { return &f.tool }),
	count("first_failure", func(f *traceFailure) *int64 { return &f.first }),
	count("last_failure", func(f *traceFailure) *int64 { return &f.last }),
}}

func (t *traceFailures) read(ctx context.Context, s *Store, conn mapping.Connection, statement string) error {
	return askRows(ctx, s, conn, &failuresOfTraces, statement, nil, t.add)
}

func (t *traceFailures) add(f *traceFailure) error {
	key := t.hash(&f.trace)
	if !t.share.has(key) {
		return nil
	}
	mark, _, ok := t.marks.at(key)
	if !ok || 4*len(t.loops) >= t.marks.limit && t.marks.used > 1 {
		return errTraces
	}
	if f.failed {
		mark.failed = true
		return nil
	}
	loop := f.toolLoop
	loop.before = mark.loop
	t.loops = append(t.loops, loop)
	mark.loop = len(t.loops)
	return nil
}

func (t *traceFailures) hash(id *ledger.TraceID) uint64 { return maphash.Bytes(t.seed, id[:]) }

// of says whether the run of a call failed, and in which loop the call was made. ok is false for
// a trace of another share.
func (t *traceFailures) of(id *ledger.TraceID, agent uint64, begun int64) (failed bool, loop int, ok bool) {
	if t.share.of == 1 && t.marks.used == 0 {
		return false, noLoop, true
	}
	key := t.hash(id)
	if !t.share.has(key) {
		return false, noLoop, false
	}
	mark := t.marks.find(key)
	if mark == nil {
		return false, noLoop, true
	}
	for loop = mark.loop; loop != noLoop; {
		l := &t.loops[loop-1]
		if l.agent == agent && l.first < begun && begun <= l.last {
			break
		}
		loop = l.before
	}
	return mark.failed, loop, true
}

func (t *traceFailures) tool(loop int) string {
	if loop == noLoop {
		return ""
	}
	return t.loops[loop-1].tool
}
