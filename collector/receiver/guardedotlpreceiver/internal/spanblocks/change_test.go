package spanblocks_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// randomTraces has spans with attributes of every kind, in random order.
func randomTraces(rnd *rand.Rand) ptrace.Traces {
	td := ptrace.NewTraces()
	for range 1 + rnd.IntN(2) {
		resource := td.ResourceSpans().AppendEmpty()
		resource.Resource().Attributes().PutStr("service.name", "intake")
		for range 1 + rnd.IntN(2) {
			scope := resource.ScopeSpans().AppendEmpty()
			for i := range rnd.IntN(6) {
				span := scope.Spans().AppendEmpty()
				span.SetName(fmt.Sprint("span ", i))
				for n := range rnd.IntN(40) {
					setRandom(span.Attributes().PutEmpty(fmt.Sprint("key ", n)), rnd, 2)
				}
			}
		}
	}
	return td
}

func setRandom(v pcommon.Value, rnd *rand.Rand, depth int) {
	switch rnd.IntN(6 + depth) {
	case 0:
		v.SetStr(strings.Repeat("text ", rnd.IntN(80)))
	case 1:
		v.SetBool(rnd.IntN(2) > 0)
	case 2:
		v.SetInt(rnd.Int64())
	case 3:
		v.SetDouble(rnd.Float64())
	case 4:
		v.SetEmptySlice().AppendEmpty().SetStr(fmt.Sprint("element ", rnd.IntN(1000)))
	case 5:
		v.SetEmptyBytes().FromRaw([]byte(fmt.Sprint(rnd.IntN(1000))))
	case 6:
		setRandom(v.SetEmptyMap().PutEmpty("key"), rnd, depth-1)
	default:
		for range 2 {
			setRandom(v.SetEmptySlice().AppendEmpty(), rnd, depth-1)
		}
	}
}

// changeAtRandom uses each method that changes a map, a list or a list of spans.
func changeAtRandom(td ptrace.Traces, rnd *rand.Rand) {
	var maps []pcommon.Map
	for _, resource := range td.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				maps = append(maps, span.Attributes())
			}
		}
	}
	if len(maps) == 0 {
		return
	}
	for range 60 {
		at := rnd.IntN(len(maps))
		a, other := maps[at], maps[rnd.IntN(len(maps))]
		key := fmt.Sprint("key ", rnd.IntN(40))
		switch v, found := a.Get(key); rnd.IntN(11) {
		case 0:
			for n := range rnd.IntN(30) {
				a.PutInt(fmt.Sprint("added ", n), rnd.Int64())
			}
		case 1:
			setRandom(a.PutEmpty(key), rnd, 2)
		case 2:
			a.Remove(key)
		case 3:
			drop := rnd.IntN(5)
			n := 0
			a.RemoveIf(func(string, pcommon.Value) bool { n++; return n%5 == drop })
		case 4:
			a.EnsureCapacity(rnd.IntN(100))
		case 5:
			a.CopyTo(other)
		case 6:
			if len(maps) > 1 && rnd.IntN(4) == 0 {
				a.MoveTo(other)
			}
		case 7:
			if found {
				v.CopyTo(other.PutEmpty(key))
			}
		case 8:
			if found {
				moved := pcommon.NewValueEmpty() // a value is valid until its map grows
				v.MoveTo(moved)
				moved.MoveTo(a.PutEmpty("moved"))
			}
		case 9:
			if found && v.Type() == pcommon.ValueTypeSlice {
				v.Slice().AppendEmpty().SetStr("appended")
				v.Slice().RemoveIf(func(e pcommon.Value) bool { return e.Type() == pcommon.ValueTypeStr && len(e.Str()) == 9 })
				v.Slice().MoveAndAppendTo(other.PutEmptySlice("slice"))
			}
		default:
			if found && v.Type() == pcommon.ValueTypeBool {
				v.SetBool(!v.Bool())
			} else if found && v.Type() == pcommon.ValueTypeInt {
				v.SetInt(v.Int() + 1)
			}
		}
	}
	first := td.ResourceSpans().At(0).ScopeSpans()
	spans := first.At(0).Spans()
	spans.Sort(func(a, b ptrace.Span) bool { return a.Attributes().Len() < b.Attributes().Len() })
	spans.EnsureCapacity(rnd.IntN(20))
	spans.MoveAndAppendTo(first.At(first.Len() - 1).Spans())
	first.AppendEmpty().Spans().AppendEmpty().SetName("added")
}

func TestDecode_RandomChangesHaveTheirResultAndNoOther(t *testing.T) {
	t.Parallel()
	var others sync.WaitGroup
	for worker := range uint64(4) {
		others.Go(func() {
			for seed := range uint64(100) {
				body := encode(t, randomTraces(rand.New(rand.NewPCG(seed, worker))))
				expected := ptraceotlp.NewExportRequest()
				if !assert.NoError(t, expected.UnmarshalProto(bytes.Clone(body))) {
					return
				}
				decoded, done := decode(body)
				copied := ptrace.NewTraces()
				decoded.Traces().CopyTo(copied)
				if !assert.True(t, done) {
					return
				}
				if seed%20 == 0 {
					runtime.GC()
				}
				changeAtRandom(expected.Traces(), rand.New(rand.NewPCG(seed, 7)))
				changeAtRandom(decoded.Traces(), rand.New(rand.NewPCG(seed, 7)))
				if !assert.True(t, bytes.Equal(encode(t, expected.Traces()), encode(t, decoded.Traces())), "seed %d", seed) ||
					!assert.True(t, bytes.Equal(body, encode(t, copied)), "a copy is changed, seed %d", seed) {
					return
				}
			}
		})
	}
	others.Wait()
}

// held is the memory that a function's result keeps.
func held[T any](make func() T) int {
	inUse := func() int {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := inUse()
	kept := make()
	after := inUse()
	runtime.KeepAlive(kept)
	return after - before
}

func longTexts(t *testing.T) []byte {
	td := ptrace.NewTraces()
	spans := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range 100 {
		a := spans.AppendEmpty().Attributes()
		a.PutStr("prompt", strings.Repeat("a long prompt ", 5000))
		a.PutEmptySlice("answers").AppendEmpty().SetStr(strings.Repeat("a long answer ", 5000))
		a.PutStr("id", "chatcmpl-1")
		a.PutStr("model", "gpt-5")
	}
	return encode(t, td)
}

func TestDecode_ATextKeepsNoLongOneInMemory(t *testing.T) {
	body := longTexts(t)
	kept := held(func() (ids []string) {
		request, done := decode(body)
		require.True(t, done)
		for _, span := range request.Traces().ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			id, _ := span.Attributes().Get("id")
			ids = append(ids, id.Str())
		}
		return ids
	})
	runtime.KeepAlive(body)
	assert.Less(t, kept, 1<<20, "of %d bytes", len(body))
}

// A sender of small spans uses up the memory of a collector most easily.
func TestDecode_SmallSpansNeedLittleMoreMemoryThanInTheCollectorsDecoder(t *testing.T) {
	span := "\x12\x02\x4a\x00" // with one attribute, which is empty
	scope := "\x12\xd0\x0f" + strings.Repeat(span, 500)
	require.Len(t, scope, 3+2000)
	body := []byte("\x0a\xd3\x0f" + scope)
	sizeOf := func(decode func(ptraceotlp.ExportRequest) bool) int {
		return held(func() (all []ptraceotlp.ExportRequest) {
			for range 50 {
				request := ptraceotlp.NewExportRequest()
				require.True(t, decode(request))
				all = append(all, request)
			}
			return all
		})
	}
	theirs := sizeOf(func(r ptraceotlp.ExportRequest) bool { return r.UnmarshalProto(body) == nil })
	ours := sizeOf(func(r ptraceotlp.ExportRequest) bool { return decodeInto(r, body) })
	assert.Less(t, ours, theirs*5/4, "of the Collector's decoder: %d", theirs)
}
