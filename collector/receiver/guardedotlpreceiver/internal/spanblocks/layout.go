// Package spanblocks decodes OTLP requests of spans into the Collector's own types with
// few allocations: the attributes of a span are in three blocks of memory, where the
// Collector's decoder allocates each key, each value and each text. Blocks are not shared
// by spans, so that what keeps one span, or a text of it, in memory does not keep another.
// A text keeps the other short texts of its span: clone what is kept for long.
//
// The types are private, so fields are written by their offsets, which reflection finds.
// A sample is decoded in both ways first: if the types are not as expected, or the results
// differ, nothing is decoded here. Delete this package when the Collector's decoder
// allocates by the span.
package spanblocks

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/spanledger/spanledger/collector/internal/attrmemory"
)

// unmarshaler is implemented by all messages. It adds to what the message has, so that
// the fields of a message may be decoded a part at a time.
type unmarshaler interface{ UnmarshalProto(data []byte) error }

// message is a type of the Collector.
type message struct {
	kind    reflect.Type
	methods unsafe.Pointer // as an unmarshaler
}

func (m message) at(p unsafe.Pointer) (u unmarshaler) {
	*(*attrmemory.Words)(unsafe.Pointer(&u)) = attrmemory.Words{Kind: m.methods, Data: p}
	return u
}

// new allocates a message.
func (m message) new() unsafe.Pointer { return reflect.New(m.kind).UnsafePointer() }

// layout is where the fields are that are written here.
type layout struct {
	resource, scope, span, attribute     message
	resources, scopes, spans, attributes uintptr // offset of the list in the message above

	text, flag, number, double, list unsafe.Pointer // types of values
}

// samples of values: an attribute "k" of each kind.
var samples = map[reflect.Kind][]byte{
	reflect.String:  {0x0a, 1, 'k', 0x12, 3, 0x0a, 1, 'v'},
	reflect.Bool:    {0x0a, 1, 'k', 0x12, 2, 0x10, 1},
	reflect.Int64:   {0x0a, 1, 'k', 0x12, 2, 0x18, 5},
	reflect.Float64: {0x0a, 1, 'k', 0x12, 9, 0x21, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f},
	reflect.Pointer: {0x0a, 1, 'k', 0x12, 7, 0x2a, 5, 0x0a, 3, 0x0a, 1, 'v'}, // a list
}

var layouts sync.Map // of *layout or nil, by the type of the request

// layoutOf finds the layout of a request once; it returns nil if the request is not decoded here.
func layoutOf(request any) *layout {
	kind := reflect.TypeOf(request)
	known, ok := layouts.Load(kind)
	if !ok {
		l, err := newLayout(kind)
		if err != nil {
			l = nil
		}
		known, _ = layouts.LoadOrStore(kind, l)
	}
	return known.(*layout)
}

// newLayout returns an error if the type is no request of spans, or not the expected one.
func newLayout(request reflect.Type) (*layout, error) {
	if request.Kind() != reflect.Pointer || request.Elem().Kind() != reflect.Struct || request.Elem().Name() != "ExportTraceServiceRequest" {
		return nil, fmt.Errorf("%s is no request of spans", request)
	}
	return layoutIn(request.Elem())
}

// layoutIn finds the fields in the type of a request.
func layoutIn(request reflect.Type) (*layout, error) {
	if _, err := messageOf(request); err != nil {
		return nil, err
	}
	l := new(layout)
	var err error
	list := func(of reflect.Type, field string, offset *uintptr, to *message, elem reflect.Kind) reflect.Type {
		if err != nil {
			return nil
		}
		f, ok := of.FieldByName(field)
		// A field of an embedded struct has its offset there.
		if !ok || len(f.Index) > 1 || f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() != elem {
			err = fmt.Errorf("%s.%s is no list of %s", of, field, elem)
			return nil
		}
		kind := f.Type.Elem()
		if elem == reflect.Pointer {
			kind = kind.Elem()
		}
		if kind.Kind() != reflect.Struct {
			err = fmt.Errorf("%s.%s is a list of %s", of, field, kind)
			return nil
		}
		*offset = f.Offset
		*to, err = messageOf(kind)
		return kind
	}
	resource := list(request, "ResourceSpans", &l.resources, &l.resource, reflect.Pointer)
	scope := list(resource, "ScopeSpans", &l.scopes, &l.scope, reflect.Pointer)
	span := list(scope, "Spans", &l.spans, &l.span, reflect.Pointer)
	attribute := list(span, "Attributes", &l.attributes, &l.attribute, reflect.Struct)
	if err != nil {
		return nil, err
	}
	if err := attrmemory.SameFields(attribute); err != nil {
		return nil, err
	}
	for kind, to := range map[reflect.Kind]*unsafe.Pointer{
		reflect.String: &l.text, reflect.Bool: &l.flag, reflect.Int64: &l.number, reflect.Float64: &l.double,
		reflect.Pointer: &l.list,
	} {
		if *to, err = l.kindOf(kind); err != nil {
			return nil, err
		}
	}
	return l, l.try(request)
}

func messageOf(kind reflect.Type) (message, error) {
	u, ok := reflect.New(kind).Interface().(unmarshaler)
	if !ok {
		return message{}, fmt.Errorf("%s has no UnmarshalProto", kind)
	}
	return message{kind, (*attrmemory.Words)(unsafe.Pointer(&u)).Kind}, nil
}

// kindOf finds the type of a value: the Collector wraps it in a struct of one field.
func (l *layout) kindOf(kind reflect.Kind) (unsafe.Pointer, error) {
	attribute := reflect.New(l.attribute.kind)
	if err := attribute.Interface().(unmarshaler).UnmarshalProto(samples[kind]); err != nil {
		return nil, err
	}
	value := attribute.Elem().Field(1).Field(0).Elem()
	if value.Kind() != reflect.Pointer || value.Elem().Kind() != reflect.Struct ||
		value.Elem().NumField() != 1 || value.Elem().Field(0).Kind() != kind {
		return nil, fmt.Errorf("a value of kind %s is a %s", kind, value)
	}
	if kind == reflect.Pointer {
		list := value.Elem().Field(0).Type().Elem()
		if list.Kind() != reflect.Struct || list.NumField() != 1 || list.Field(0).Type != reflect.SliceOf(l.attribute.kind.Field(1).Type) {
			return nil, fmt.Errorf("a list of values is a %s", list)
		}
	}
	return (*attrmemory.KeyValue)(attribute.UnsafePointer()).Value.Kind, nil
}

// try decodes a request with a value of each kind in both ways.
func (l *layout) try(request reflect.Type) error {
	var span []byte
	for _, kind := range []reflect.Kind{reflect.String, reflect.Bool, reflect.Int64, reflect.Float64, reflect.Pointer} {
		span = appendField(span, attributesTag, samples[kind])
	}
	span = appendField(span, nameTag, []byte("name"))
	scope := appendField(nil, spansTag, span)
	body := appendField(nil, resourcesTag, appendField(nil, scopesTag, scope))
	expected, decoded := reflect.New(request), reflect.New(request)
	if err := expected.Interface().(unmarshaler).UnmarshalProto(body); err != nil {
		return err
	}
	var d decoder
	d.init()
	if !d.decode(l, decoded.UnsafePointer(), body, Limits{}) || !reflect.DeepEqual(expected.Interface(), decoded.Interface()) {
		return errors.New("a sample is decoded differently")
	}
	return nil
}

func appendField(to []byte, tag byte, data []byte) []byte {
	return append(append(to, tag, byte(len(data))), data...)
}
