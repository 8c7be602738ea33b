package attrmemory

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

var added = []Text{{"first", "one"}, {"second", ""}, {"third", strings.Repeat("x", 1000)}}

// TestAppendTexts_IsTheSameAsTheCollectors compares maps of several lengths and capacities
// with those that have the texts put.
func TestAppendTexts_IsTheSameAsTheCollectors(t *testing.T) {
	require.NotNil(t, textKind(), "the Collector's attributes have other fields now: texts are appended by its own code")
	for _, capacity := range []int{0, 1, 3, 16} {
		for _, has := range []int{0, 1, 2, 7} {
			td, expected := ptrace.NewTraces(), ptrace.NewTraces()
			attributes := func(td ptrace.Traces) pcommon.Map {
				return td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().Attributes()
			}
			to, put := attributes(td), attributes(expected)
			to.EnsureCapacity(capacity)
			for i := range has {
				to.PutInt(string(rune('a'+i)), int64(i))
				put.PutInt(string(rune('a'+i)), int64(i))
			}
			AppendTexts(to, added)
			for _, text := range added {
				put.PutStr(text.Key, text.Value)
			}
			assert.Equal(t, expected, td)
			to.PutStr("first", "changed")
			put.PutStr("first", "changed")
			to.PutInt("second", 2)
			put.PutInt("second", 2)
			a, err := new(ptrace.ProtoMarshaler).MarshalTraces(td)
			require.NoError(t, err)
			b, err := new(ptrace.ProtoMarshaler).MarshalTraces(expected)
			require.NoError(t, err)
			assert.Equal(t, b, a)
		}
	}
}

func TestAppendTexts_RefusesWhatMustNotBeChanged(t *testing.T) {
	td := ptrace.NewTraces()
	attrs := td.ResourceSpans().AppendEmpty().Resource().Attributes()
	td.MarkReadOnly()
	assert.Panics(t, func() { AppendTexts(attrs, added) })
}

func TestAppendTexts_NeedsTwoAllocations(t *testing.T) {
	attrs := pcommon.NewMap()
	allocations := testing.AllocsPerRun(100, func() {
		attrs.Clear()
		AppendTexts(attrs, added)
	})
	assert.EqualValues(t, 2, allocations, "one for the list, one for the texts")
}

// Types of other layouts.
type (
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
	longer struct {
		pair
		More int64
	}
)

func TestSameMap_RefusesOtherLayouts(t *testing.T) {
	for name, kind := range map[string]reflect.Type{
		"no struct":          reflect.TypeFor[*pair](),
		"no fields":          reflect.TypeFor[struct{}](),
		"no pointer":         reflect.TypeFor[struct{ list []pair }](),
		"a pointer to one":   reflect.TypeFor[struct{ list *pair }](),
		"texts":              reflect.TypeFor[struct{ list *[]string }](),
		"fields in an order": reflect.TypeFor[struct{ list *[]reordered }](),
		"more fields":        reflect.TypeFor[struct{ list *[]longer }](),
	} {
		assert.Error(t, sameMap(kind), name)
	}
	assert.NoError(t, sameMap(reflect.TypeFor[struct {
		list  *[]pair
		state *int
	}]()))
}
