package spanblocks

import (
	"encoding/binary"
	"math"
	"sync"
	"unsafe"

	"github.com/spanledger/spanledger/collector/internal/attrmemory"
	"github.com/spanledger/spanledger/collector/internal/keyorder"
)

// Tags of opentelemetry/proto, all of fields with a length.
const (
	resourcesTag  = 1<<3 | 2 // ExportTraceServiceRequest.resource_spans
	scopesTag     = 2<<3 | 2 // ResourceSpans.scope_spans
	spansTag      = 2<<3 | 2 // ScopeSpans.spans
	nameTag       = 5<<3 | 2 // Span.name
	attributesTag = 9<<3 | 2 // Span.attributes
	keyTag        = 1<<3 | 2 // KeyValue.key
	valueTag      = 2<<3 | 2 // KeyValue.value
	textTag       = 1<<3 | 2 // AnyValue.string_value
	flagTag       = 2 << 3   // AnyValue.bool_value
	numberTag     = 3 << 3   // AnyValue.int_value
	doubleTag     = 4<<3 | 1 // AnyValue.double_value
	listTag       = 5<<3 | 2 // AnyValue.array_value
)

const (
	// spare is how many attributes normalization and prices add to a call without another
	// allocation. A span of few attributes has memory for twice as many at most.
	spare = 12
	// maxShared is the longest text, in bytes, that shares a block. A program that keeps a
	// short text, such as a model or the id of a response, keeps no prompt with it.
	maxShared = 256
	// minSpan limits the memory that is allocated for the spans after a short one.
	minSpan = 128
	// small is the size of an attribute without a value; it needs a message's memory.
	small = 5
	// minDeep is below the size of what is nested deep enough to look at.
	minDeep = 256
	// maxKept is for how many attributes of a span a decoder keeps memory.
	maxKept = 1024
	// maxNames and maxName are how many names of attributes it keeps, and their size.
	maxNames, maxName = 1000, 200
)

// Limits of what is decoded. A part is the content, or some fields, of a message that is
// depth messages deep.
type Limits struct {
	// Deep reports whether messages in a part are nested too deep.
	Deep func(part []byte, depth int) bool
	// Spend subtracts the memory of a decoded part from a number of bytes. Record bytes are
	// those of a resource, a scope or a span itself. A request that needs more than Left is
	// not decoded here. If Spend is nil, each may be.
	Spend        func(part []byte, depth, left int) int
	Record, Left int
}

var decoders = sync.Pool{New: func() any {
	d := new(decoder)
	d.init()
	return d
}}

// Decode decodes a request of spans into the Collector's message for it. It reports false,
// and has changed nothing, if the message is another one, or if the request has an error,
// groups, unknown fields at its top or what is beyond the limits: then the Collector's decoder
// is to decode it. The request may be overwritten afterwards.
func Decode(message any, request []byte, limits Limits) bool {
	l := layoutOf(message)
	if l == nil {
		return false
	}
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	u := message.(unmarshaler)
	return d.decode(l, (*attrmemory.Words)(unsafe.Pointer(&u)).Data, request, limits)
}

// decoder serves one goroutine at a time. It learns the keys that come.
type decoder struct {
	layout     *layout
	limits     Limits
	keys       *keyorder.Finder[int32] // the index of a name, or -1
	names      []string
	attributes []attribute // of the span that is decoded
}

// attribute is a piece of a span. It has no pointers, so that a collection of garbage does
// not slow down writing it.
type attribute struct {
	kind     uint32 // tag of the value; 0: the Collector decodes the attribute
	name     int32
	from, to int    // of a text, or of an attribute that the Collector decodes
	bits     uint64 // another value
}

// shared is how many bytes of a block its text needs.
func (a *attribute) shared() int {
	if size := a.to - a.from; size <= maxShared {
		return size
	}
	return 0
}

func (d *decoder) init() {
	d.keys = keyorder.New(func(key string) int32 {
		if len(d.names) == maxNames || len(key) > maxName {
			return -1
		}
		d.names = append(d.names, keyorder.Shared(key))
		return int32(len(d.names) - 1)
	})
}

func (d *decoder) decode(l *layout, request unsafe.Pointer, data []byte, limits Limits) bool {
	d.layout, d.limits = l, limits
	defer d.forget()
	var resources []unsafe.Pointer
	for i := 0; i < len(data); {
		tag, from, to := next(data, i)
		if to == 0 || tag != resourcesTag {
			return false
		}
		i = to
		resource := l.resource.new()
		if !d.one() || !d.resource(resource, data[from:to]) {
			return false
		}
		resources = append(resources, resource)
	}
	list := listAt(request, l.resources)
	*list = append(*list, resources...)
	return true
}

func (d *decoder) forget() {
	d.limits = Limits{}
	if cap(d.attributes) > maxKept {
		d.attributes = nil
	}
}

func (d *decoder) resource(resource unsafe.Pointer, data []byte) bool {
	l := d.layout
	scopes := listAt(resource, l.scopes)
	return d.fields(l.resource.at(resource), data, 1, scopesTag, func(from, to int) bool {
		scope := l.scope.new()
		*scopes = append(*scopes, scope)
		return d.one() && d.scope(scope, data[from:to])
	})
}

func (d *decoder) scope(scope unsafe.Pointer, data []byte) bool {
	l := d.layout
	spans := listAt(scope, l.spans)
	return d.fields(l.scope.at(scope), data, 2, spansTag, func(from, to int) bool {
		if cap(*spans) == 0 {
			// Spans of a scope have a similar size.
			*spans = make([]unsafe.Pointer, 0, 1+len(data)/max(to-from, minSpan))
		}
		span := l.span.new()
		*spans = append(*spans, span)
		return d.one() && d.span(span, data[from:to])
	})
}

// sizes of the blocks of a span.
type sizes struct{ texts, bytes, scalars int }

func (d *decoder) span(span unsafe.Pointer, data []byte) bool {
	d.attributes = d.attributes[:0]
	d.keys.Begin()
	var n sizes
	ok := d.fields(d.layout.span.at(span), data, 3, attributesTag, func(from, to int) bool {
		d.attributes = append(d.attributes, attribute{from: from, to: to})
		a := &d.attributes[len(d.attributes)-1]
		switch d.read(a, data); a.kind {
		case 0:
			return (to-from > small || d.one()) && d.within(data[from:to], 4)
		case textTag:
			n.texts++
			n.bytes += a.shared()
		case listTag:
			n.bytes += a.shared()
		default:
			n.scalars++
		}
		return true
	})
	if !ok || len(d.attributes) == 0 {
		return ok
	}
	return d.fill((*[]attrmemory.KeyValue)(unsafe.Add(span, d.layout.attributes)), data, n)
}

// fill makes the attributes of a span, in three blocks, and one for each list and long text.
func (d *decoder) fill(to *[]attrmemory.KeyValue, data []byte, n sizes) bool {
	list := make([]attrmemory.KeyValue, len(d.attributes), len(d.attributes)+min(len(d.attributes), spare))
	texts := make([]string, n.texts)
	// Numbers, aligned, and the bytes of the texts after them.
	numbers := make([]uint64, n.scalars+(n.bytes+7)/8)
	var bytes []byte
	if n.bytes > 0 {
		bytes = unsafe.Slice((*byte)(unsafe.Pointer(&numbers[n.scalars])), n.bytes)
	}
	textOf := func(a *attribute) (s string) {
		n := a.shared()
		if n == 0 {
			return string(data[a.from:a.to])
		}
		copy(bytes, data[a.from:a.to])
		s, bytes = unsafe.String(&bytes[0], n), bytes[n:]
		return s
	}
	l := d.layout
	for i := range d.attributes {
		a, kv := &d.attributes[i], &list[i]
		if a.kind == 0 {
			if l.attribute.at(unsafe.Pointer(kv)).UnmarshalProto(data[a.from:a.to]) != nil {
				return false
			}
			continue
		}
		kv.Key = d.names[a.name]
		switch a.kind {
		case textTag:
			texts[0] = textOf(a)
			kv.Value = attrmemory.Words{Kind: l.text, Data: unsafe.Pointer(&texts[0])}
			texts = texts[1:]
		case listTag:
			kv.Value = attrmemory.Words{Kind: l.list, Data: newTextList(l, textOf(a))}
		case flagTag:
			flag := unsafe.Pointer(&numbers[0])
			*(*bool)(flag) = a.bits != 0
			kv.Value = attrmemory.Words{Kind: l.flag, Data: flag}
			numbers = numbers[1:]
		case numberTag:
			numbers[0] = a.bits
			kv.Value = attrmemory.Words{Kind: l.number, Data: unsafe.Pointer(&numbers[0])}
			numbers = numbers[1:]
		case doubleTag:
			numbers[0] = a.bits
			kv.Value = attrmemory.Words{Kind: l.double, Data: unsafe.Pointer(&numbers[0])}
			numbers = numbers[1:]
		}
	}
	*to = list
	return true
}

// textList is a list of one text, as finish reasons are, in one block: the value that
// points to the list, the list, its element and the text of that.
type textList struct {
	list    unsafe.Pointer
	values  []attrmemory.Words
	element [1]attrmemory.Words
	text    string
}

func newTextList(l *layout, text string) unsafe.Pointer {
	t := &textList{text: text}
	t.element[0] = attrmemory.Words{Kind: l.text, Data: unsafe.Pointer(&t.text)}
	t.values = t.element[:]
	t.list = unsafe.Pointer(&t.values)
	return unsafe.Pointer(t)
}

// read takes an attribute apart that has a known key and one value: a scalar, or a list
// of one text.
func (d *decoder) read(a *attribute, data []byte) {
	data = data[:a.to]
	first, from, to := next(data, a.from)
	if to == 0 || to == a.to {
		return
	}
	second, from2, to2 := next(data, to)
	if to2 != a.to {
		return
	}
	switch { // Collectors write the value first.
	case first == keyTag && second == valueTag:
	case first == valueTag && second == keyTag:
		from, to, from2, to2 = from2, to2, from, to
	default:
		return
	}
	key, value := data[from:to], data[:to2]
	tag, from, to := next(value, from2)
	if to != to2 {
		return
	}
	bits := uint64(0)
	switch tag {
	case textTag:
	case flagTag, numberTag:
		bits, _ = varint(value, from)
	case doubleTag:
		bits = binary.LittleEndian.Uint64(value[from:])
	case listTag:
		// ArrayValue.values and AnyValue.string_value are both the first field.
		for range 2 {
			if tag, from, to = next(value, from); to != to2 || tag != textTag {
				return
			}
		}
		tag = listTag
	default:
		return
	}
	// The finder does not keep the key of the caller.
	if name := d.keys.Find(unsafe.String(unsafe.SliceData(key), len(key))); name >= 0 {
		*a = attribute{kind: tag, name: name, from: from, to: to, bits: bits}
	}
}

// fields calls see for the fields of a tag, and has the Collector decode the others, all
// that follow each other at once.
func (d *decoder) fields(message unmarshaler, data []byte, depth int, of uint32, see func(from, to int) bool) bool {
	others := func(part []byte) bool {
		return len(part) == 0 || d.within(part, depth) && message.UnmarshalProto(part) == nil
	}
	left := 0 // the first field that is not decoded
	for i := 0; i < len(data); {
		tag, from, to := next(data, i)
		if to == 0 {
			return false
		}
		if tag == of {
			if !others(data[left:i]) || !see(from, to) {
				return false
			}
			left = to
		}
		i = to
	}
	return others(data[left:])
}

// within reports whether a part that the Collector decodes is within the limits.
func (d *decoder) within(part []byte, depth int) bool {
	l := &d.limits
	if l.Spend != nil {
		if l.Left = l.Spend(part, depth, l.Left); l.Left < 0 {
			return false
		}
	}
	return len(part) < minDeep || l.Deep == nil || !l.Deep(part, depth)
}

// one reports whether there is memory for a message.
func (d *decoder) one() bool {
	d.limits.Left -= d.limits.Record
	return d.limits.Left >= 0
}

// listAt is a list of pointers.
func listAt(message unsafe.Pointer, offset uintptr) *[]unsafe.Pointer {
	return (*[]unsafe.Pointer)(unsafe.Add(message, offset))
}

// next reads the field at i: its tag, and where its number is or what follows its length.
// It ends at 0 if there is no field that can be read here: at the end, before a group, and
// where the Collector finds an error or drops the bits of a tag beyond the 32nd.
func next(data []byte, i int) (tag uint32, from, to int) {
	// Most fields have a length, and it and their tag have a byte each.
	if i+1 < len(data) {
		t, size := data[i], data[i+1]
		if to = i + 2 + int(size); t&0x87 == wireBytes && t > 7 && size < 0x80 && to <= len(data) {
			return uint32(t), i + 2, to
		}
	}
	return nextOfAny(data, i)
}

// wireBytes is the type of a field with a length.
const wireBytes = 2

func nextOfAny(data []byte, i int) (tag uint32, from, to int) {
	n, from := varint(data, i)
	if from == 0 || n>>3 == 0 || n > math.MaxUint32 {
		return 0, 0, 0
	}
	size := uint64(0)
	switch n & 7 {
	case 0:
		_, to = varint(data, from)
		return uint32(n), from, to
	case 1:
		size = 8
	case wireBytes:
		if size, from = varint(data, from); from == 0 {
			return 0, 0, 0
		}
	case 5:
		size = 4
	default:
		return 0, 0, 0
	}
	if size > uint64(len(data)-from) {
		return 0, 0, 0
	}
	return uint32(n), from, from + int(size)
}

// varint reads a number at i and returns where it ends: at 0 if it is incomplete or has
// more than 64 bits.
func varint(data []byte, i int) (n uint64, end int) {
	if i < len(data) && data[i] < 0x80 {
		return uint64(data[i]), i + 1
	}
	n, size := binary.Uvarint(data[i:])
	if size <= 0 {
		return 0, 0
	}
	return n, i + size
}
