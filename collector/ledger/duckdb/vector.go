package duckdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// vector is a column of a chunk, which is written in place.
type vector struct {
	handle   mapping.Vector
	kind     mapping.Type
	data     unsafe.Pointer
	mask     unsafe.Pointer // a bit a row that has a value; nil while all have
	texts    *textMemory
	children []vector // of a list its values, of a struct its fields
	length   int      // values of a list so far
	last     string   // text that was read last: neighbours mostly are the same
	room     int      // of the children of a list
}

// init points to a vector that has been reset.
func (v *vector) init(handle mapping.Vector) {
	if v.handle.Ptr == nil {
		kind := mapping.VectorGetColumnType(handle)
		v.kind = mapping.GetTypeId(kind)
		switch v.kind {
		case mapping.TypeList, mapping.TypeMap:
			v.children = make([]vector, 1)
		case mapping.TypeStruct:
			v.children = make([]vector, mapping.StructTypeChildCount(kind))
		case mapping.TypeDecimal:
			if mapping.DecimalInternalType(kind) != mapping.TypeHugeInt || mapping.DecimalScale(kind) != ledger.Scale {
				v.kind = mapping.TypeInvalid
			}
		}
		mapping.DestroyLogicalType(&kind)
	}
	v.handle, v.data, v.mask, v.length, v.room = handle, mapping.VectorGetData(handle), nil, 0, 0
	for i := range v.children {
		v.children[i].texts = v.texts
		switch v.kind {
		case mapping.TypeStruct:
			v.children[i].init(mapping.StructVectorGetChild(handle, mapping.IdxT(i)))
		default:
			v.children[i].init(mapping.ListVectorGetChild(handle))
		}
	}
}

// check reports a column of a type that nothing here writes: to write another
// would corrupt the memory of the process.
func (v *vector) check(types []mapping.Type) error {
	if !slices.Contains(types, v.kind) {
		return fmt.Errorf("type %d, expected one of %v: the table was changed by another program", v.kind, types)
	}
	return nil
}

func put[V any](v *vector, row int, value V) {
	*(*V)(unsafe.Add(v.data, uintptr(row)*unsafe.Sizeof(value))) = value
}

func get[V any](v *vector, row int) V {
	var sample V
	return *(*V)(unsafe.Add(v.data, uintptr(row)*unsafe.Sizeof(sample)))
}

// valueAt is the value of a row; zero if it has none.
func valueAt[V any](v *vector, row int) (value V) {
	if v.valid(row) {
		value = get[V](v, row)
	}
	return value
}

// textAt is the text of a row in the memory of its chunk; empty if it has none.
func textAt(v *vector, row int) string {
	if !v.valid(row) {
		return ""
	}
	return v.passingText(row)
}

// valid reports a row that has a value.
func (v *vector) valid(row int) bool {
	return v.mask == nil || *(*uint64)(unsafe.Add(v.mask, row/64*8))>>(row%64)&1 == 1
}

// entries are the places of the values of a row among those of all rows of a list.
func (v *vector) entries(row int) iter.Seq[int] {
	entry := get[listEntry](v, row)
	return func(yield func(int) bool) {
		for i := entry.offset; i < entry.offset+entry.length && yield(int(i)); i++ {
		}
	}
}

func (v *vector) readText(row int) string {
	if text := v.passingText(row); text != v.last {
		v.last = strings.Clone(text)
	}
	return v.last
}

// passingText is a text in the memory of its chunk.
func (v *vector) passingText(row int) string {
	at := unsafe.Add(v.data, uintptr(row)*unsafe.Sizeof(shortText{}))
	length := *(*uint32)(at)
	if length == 0 {
		return ""
	}
	bytes := unsafe.Add(at, unsafe.Offsetof(shortText{}.bytes))
	if length > inlined {
		bytes = *(*unsafe.Pointer)(unsafe.Add(at, unsafe.Offsetof(longText{}.bytes)))
	}
	return unsafe.String((*byte)(bytes), length)
}

func (v *vector) readAmount(row int) udecimal.Decimal {
	return get[wide](v, row).amount()
}

// amount is that of a DECIMAL(38, 18).
func (n wide) amount() udecimal.Decimal {
	units := ledger.Units{Lo: n.low, Hi: uint64(n.high)}
	if n.high < 0 { // two's complement
		units.Neg, units.Lo, units.Hi = true, -units.Lo, ^units.Hi
		if units.Lo == 0 {
			units.Hi++
		}
	}
	return units.Decimal()
}

// null leaves a row without a value.
func (v *vector) null(row int) {
	if v.mask == nil {
		mapping.VectorEnsureValidityWritable(v.handle)
		v.mask = mapping.VectorGetValidity(v.handle)
	}
	word := (*uint64)(unsafe.Add(v.mask, row/64*8))
	*word &^= 1 << (row % 64)
}

// wide is a number of 128 bits, as DuckDB has it in memory.
type wide struct {
	low  uint64
	high int64
}

// traceID is the id of a UUID, of which DuckDB flips the sign, so that ids order as numbers do.
func (n wide) traceID() (id ledger.TraceID) {
	binary.BigEndian.PutUint64(id[8:], n.low)
	binary.BigEndian.PutUint64(id[:8], uint64(n.high)^1<<63)
	return id
}

// amount writes what Check has let through.
func (v *vector) amount(row int, d udecimal.Decimal) error {
	units, err := ledger.UnitsOf(d)
	if err != nil {
		return err
	}
	n := wide{low: units.Lo, high: int64(units.Hi)}
	if units.Neg { // two's complement
		n.low, n.high = -n.low, ^n.high
		if n.low == 0 {
			n.high++
		}
	}
	put(v, row, n)
	return nil
}

// listEntry says where the values of a row are among those of all rows.
type listEntry struct{ offset, length uint64 }

// list makes room for the values of a row and returns where they go.
func (v *vector) list(row, length int) (values *vector, at int) {
	at = v.length
	put(v, row, listEntry{uint64(at), uint64(length)})
	v.length += length
	values = &v.children[0]
	if v.length > v.room {
		v.room = max(2*v.room, v.length, 2048)
		mapping.ListVectorReserve(v.handle, mapping.IdxT(v.room))
		values.moved(mapping.ListVectorGetChild(v.handle))
	}
	return values, at
}

// moved points to where the values of a list are after it has grown.
func (v *vector) moved(handle mapping.Vector) {
	v.handle, v.data = handle, mapping.VectorGetData(handle)
	for i := range v.children {
		v.children[i].moved(mapping.StructVectorGetChild(handle, mapping.IdxT(i)))
	}
}

// finish tells DuckDB how many values a list has.
func (v *vector) finish() {
	if v.kind == mapping.TypeList || v.kind == mapping.TypeMap {
		mapping.ListVectorSetSize(v.handle, mapping.IdxT(v.length))
	}
}

// inlined is the length up to which DuckDB keeps a text in the column itself.
const inlined = 12

// shortText and longText are a text as DuckDB has it in memory.
type (
	shortText struct {
		length uint32
		bytes  [inlined]byte
	}
	longText struct {
		length uint32
		prefix [4]byte
		bytes  uintptr
	}
)

var errNotUTF8 = errors.New("text is not UTF-8")

func (v *vector) text(row int, s string) error {
	if len(s) <= inlined {
		t := shortText{length: uint32(len(s))}
		copy(t.bytes[:], s)
		put(v, row, t)
	} else {
		bytes := v.texts.copy(s)
		t := longText{length: uint32(len(s)), bytes: uintptr(unsafe.Pointer(unsafe.SliceData(bytes)))}
		copy(t.prefix[:], s)
		put(v, row, t)
	}
	if !utf8.ValidString(s) {
		return errNotUTF8
	}
	return nil
}

// bill writes the text of a bill.
func (v *vector) bill(row int, b *ledger.Bill) error {
	v.texts.buf, _ = b.AppendText(v.texts.buf[:0]) // never fails
	return v.text(row, unsafe.String(unsafe.SliceData(v.texts.buf), len(v.texts.buf)))
}

// textBlock is how much memory is taken for texts at a time.
const textBlock = 256 << 10

// textMemory holds the texts of a chunk until DuckDB has copied it. Its memory stays
// where it is.
type textMemory struct {
	blocks [][]byte // of textBlock, pinned
	used   int      // blocks
	free   []byte   // of the last of them
	large  [][]byte // of texts longer than a block
	pins   runtime.Pinner
	own    runtime.Pinner // of large
	buf    []byte         // of a text that is made before it is copied
}

var textPool = sync.Pool{New: func() any {
	t := new(textMemory)
	runtime.SetFinalizer(t, func(t *textMemory) { t.pins.Unpin() })
	return t
}}

func (t *textMemory) copy(s string) []byte {
	if len(s) > textBlock {
		large := []byte(s)
		t.own.Pin(unsafe.SliceData(large))
		t.large = append(t.large, large)
		return large
	}
	if len(s) > len(t.free) {
		if t.used == len(t.blocks) {
			block := make([]byte, textBlock)
			t.pins.Pin(unsafe.SliceData(block))
			t.blocks = append(t.blocks, block)
		}
		t.free = t.blocks[t.used]
		t.used++
	}
	part := t.free[:len(s):len(s)]
	t.free = t.free[len(s):]
	copy(part, s)
	return part
}

func (t *textMemory) reset() {
	t.own.Unpin()
	t.used, t.free, t.large = 0, nil, nil
}
