package guardedencodingextension

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// withDeepValue adds an attribute that has another one next to it.
func withDeepValue(attributes pcommon.Map, levels int) {
	attributes.PutStr("kept", "text")
	value := attributes.PutEmpty("deep")
	for range levels {
		value = value.SetEmptySlice().AppendEmpty()
	}
}

func requireShallow(t *testing.T, attributes pcommon.Map) {
	t.Helper()
	kept, ok := attributes.Get("kept")
	require.True(t, ok)
	require.Equal(t, "text", kept.Str())
	value, _ := attributes.Get("deep")
	levels := 0
	for ; value.Type() == pcommon.ValueTypeSlice && value.Slice().Len() > 0; levels++ {
		value = value.Slice().At(0)
	}
	require.Positive(t, levels)
	require.Less(t, levels, 100)
}

func TestEncoding_EmptiesWhatNestsTooDeep(t *testing.T) {
	const levels = 1000 // the tests' own encoder recurses
	factory := NewFactory()
	require.NoError(t, componenttest.CheckConfigStruct(factory.CreateDefaultConfig()))
	made, err := factory.Create(t.Context(), extensiontest.NewNopSettings(Type), factory.CreateDefaultConfig())
	require.NoError(t, err)
	require.NoError(t, made.Start(t.Context(), componenttest.NewNopHost()))
	defer func() { require.NoError(t, made.Shutdown(t.Context())) }()

	td := ptrace.NewTraces()
	withDeepValue(td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().Attributes(), levels)
	message, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	td, err = made.(ptrace.Unmarshaler).UnmarshalTraces(message)
	require.NoError(t, err)
	requireShallow(t, td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes())

	md := pmetric.NewMetrics()
	withDeepValue(md.ResourceMetrics().AppendEmpty().Resource().Attributes(), levels)
	message, err = (&pmetric.ProtoMarshaler{}).MarshalMetrics(md)
	require.NoError(t, err)
	md, err = made.(pmetric.Unmarshaler).UnmarshalMetrics(message)
	require.NoError(t, err)
	requireShallow(t, md.ResourceMetrics().At(0).Resource().Attributes())

	ld := plog.NewLogs()
	withDeepValue(ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Attributes(), levels)
	message, err = (&plog.ProtoMarshaler{}).MarshalLogs(ld)
	require.NoError(t, err)
	ld, err = made.(plog.Unmarshaler).UnmarshalLogs(message)
	require.NoError(t, err)
	requireShallow(t, ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes())
}

// TestEncoding_SurvivesMillionsOfLevels is a message that ends the process where it is
// decoded without a limit.
func TestEncoding_SurvivesMillionsOfLevels(t *testing.T) {
	factory := NewFactory()
	made, err := factory.Create(t.Context(), extensiontest.NewNopSettings(Type), factory.CreateDefaultConfig())
	require.NoError(t, err)
	message := deepMessage(4_000_000)
	td, err := made.(ptrace.Unmarshaler).UnmarshalTraces(message)
	require.NoError(t, err)
	require.Equal(t, 1, td.ResourceSpans().Len())
}

// deepMessage is a resource with one attribute of lists in lists, encoded from the inside
// out: every level is a value with an array, and the array has one value.
func deepMessage(levels int) []byte {
	const arrayValue, values, value, attribute, resource, resourceSpans = 5<<3 | 2, 1<<3 | 2, 2<<3 | 2, 1<<3 | 2, 1<<3 | 2, 1<<3 | 2
	tags := make([]byte, 0, 2*levels+4)
	for range levels {
		tags = append(tags, arrayValue, values)
	}
	// Written backwards: each tag in front of the size of what follows it.
	backwards := make([]byte, 0, 10*levels)
	prepend := func(tag byte) {
		size := uint64(len(backwards))
		var varint []byte
		for ; size >= 0x80; size >>= 7 {
			varint = append(varint, byte(size)|0x80)
		}
		varint = append(varint, byte(size))
		for i := len(varint) - 1; i >= 0; i-- {
			backwards = append(backwards, varint[i])
		}
		backwards = append(backwards, tag)
	}
	for i := len(tags) - 1; i >= 0; i-- {
		prepend(tags[i])
	}
	for _, tag := range []byte{value, attribute, resource, resourceSpans} {
		prepend(tag)
	}
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return backwards
}
