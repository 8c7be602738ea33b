package spanblocks

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
)

// decodable makes a message of a struct. It keeps nothing.
type decodable struct{}

func (*decodable) UnmarshalProto([]byte) error { return nil }

// Messages of other layouts.
type (
	request[R any] struct {
		decodable
		ResourceSpans R
	}
	resource[S any] struct {
		decodable
		ScopeSpans []*S
	}
	scope[S any] struct {
		decodable
		Spans []*S
	}
	span[A any] struct {
		decodable
		Attributes A
	}
	spans[A any] = request[[]*resource[scope[span[A]]]]

	value struct{ Value any }
	pair  struct {
		Key   string
		Value value
		Index int32
	}
	reordered struct {
		Value value
		Key   string
		Index int32
	}
	embedding struct {
		decodable
		_ int64
		embedded
	}
	embedded struct{ Attributes []pair }
	number   int
)

func (*pair) UnmarshalProto([]byte) error      { return nil }
func (*reordered) UnmarshalProto([]byte) error { return nil }
func (*number) UnmarshalProto([]byte) error    { return nil }

func TestLayout_AnotherOneIsNotUsed(t *testing.T) {
	for name, of := range map[string]struct {
		kind reflect.Type
		err  string
	}{
		"another message":                     {reflect.TypeFor[decodable](), "is no list"},
		"no list":                             {reflect.TypeFor[request[string]](), "is no list"},
		"a list of structs":                   {reflect.TypeFor[request[[]resource[decodable]]](), "is no list"},
		"a list of numbers":                   {reflect.TypeFor[request[[]*number]](), "is a list of"},
		"messages without a decoder":          {reflect.TypeFor[request[[]*embedded]](), "has no UnmarshalProto"},
		"no list at the next level":           {reflect.TypeFor[request[[]*resource[decodable]]](), "Spans is no list"},
		"pointers to attributes":              {reflect.TypeFor[spans[[]*pair]](), "Attributes is no list"},
		"attributes of another size":          {reflect.TypeFor[spans[[]span[string]]](), "has other fields"},
		"attributes in another order":         {reflect.TypeFor[spans[[]reordered]](), "fields of other types"},
		"attributes in an embedded struct":    {reflect.TypeFor[request[[]*resource[scope[embedding]]]](), "Attributes is no list"},
		"a decoder that reads nothing":        {reflect.TypeFor[spans[[]pair]](), "a value of kind"},
		"the same request of another package": {reflect.TypeFor[coltracepb.ExportTraceServiceRequest](), "has no UnmarshalProto"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := layoutIn(of.kind)
			assert.ErrorContains(t, err, of.err)
		})
	}
	assert.False(t, Decode(new(coltracepb.ExportTraceServiceRequest), nil, Limits{}))
}
