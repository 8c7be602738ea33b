// Package attrmemory knows how the Collector has attributes in memory, and appends texts to
// them with one allocation, where the Collector needs one for each.
//
// The types are private, so their fields are written by what is described here, after
// reflection and a sample have shown that it is right. Otherwise nothing is written here.
package attrmemory

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// Words are those of an interface: its type, or the methods of its type, and the value.
type Words struct{ Kind, Data unsafe.Pointer }

// KeyValue is an attribute, as the Collector has it.
type KeyValue struct {
	Key      string
	Value    Words
	KeyIndex int32
}

// SameFields compares the fields of the Collector's attribute with those of KeyValue.
func SameFields(attribute reflect.Type) error {
	ours := reflect.TypeFor[KeyValue]()
	if attribute.Kind() != reflect.Struct || attribute.Size() != ours.Size() || attribute.NumField() != ours.NumField() {
		return fmt.Errorf("%s has other fields", attribute)
	}
	value := attribute.Field(1).Type
	if attribute.Field(0).Type.Kind() != reflect.String || attribute.Field(2).Type.Kind() != reflect.Int32 ||
		value.Kind() != reflect.Struct || value.NumField() != 1 ||
		value.Field(0).Type.Kind() != reflect.Interface {
		return fmt.Errorf("%s has fields of other types", attribute)
	}
	for i := range ours.NumField() {
		if ours.Field(i).Offset != attribute.Field(i).Offset {
			return fmt.Errorf("%s.%s is at another place", attribute, attribute.Field(i).Name)
		}
	}
	return nil
}

// Text is an attribute whose value is a text.
type Text struct{ Key, Value string }

// AppendTexts adds attributes with keys that attrs does not have.
func AppendTexts(attrs pcommon.Map, texts []Text) {
	attrs.EnsureCapacity(attrs.Len() + len(texts)) // panics if they must not be changed
	kind := textKind()
	if kind == nil || len(texts) == 0 {
		for _, t := range texts {
			attrs.PutStr(t.Key, t.Value)
		}
		return
	}
	appendTexts(listOf(&attrs), kind, texts)
}

func appendTexts(list *[]KeyValue, kind unsafe.Pointer, texts []Text) {
	values := make([]string, len(texts))
	for i := range texts {
		values[i] = texts[i].Value
		*list = append(*list, KeyValue{Key: texts[i].Key, Value: Words{kind, unsafe.Pointer(&values[i])}})
	}
}

// listOf is valid if textKind is not nil.
func listOf(attrs *pcommon.Map) *[]KeyValue { return *(**[]KeyValue)(unsafe.Pointer(attrs)) }

// textKind is the type of a text in an attribute; nil if attributes are not as described.
var textKind = sync.OnceValue(func() unsafe.Pointer {
	if sameMap(reflect.TypeFor[pcommon.Map]()) != nil {
		return nil
	}
	attrs := pcommon.NewMap()
	attrs.EnsureCapacity(2)
	attrs.PutStr("key", "text")
	list := listOf(&attrs)
	kind := (*list)[0].Value.Kind
	appendTexts(list, kind, []Text{{"second key", "second text"}})
	expected := pcommon.NewMap()
	expected.PutStr("key", "text")
	expected.PutStr("second key", "second text")
	if !attrs.Equal(expected) {
		return nil
	}
	return kind
})

// sameMap compares a map of attributes with what listOf expects: its first field points to
// a list of attributes.
func sameMap(m reflect.Type) error {
	if m.Kind() != reflect.Struct || m.NumField() == 0 {
		return fmt.Errorf("%s has no fields", m)
	}
	list := m.Field(0).Type
	if list.Kind() != reflect.Pointer || list.Elem().Kind() != reflect.Slice {
		return fmt.Errorf("%s does not begin with a list", m)
	}
	return SameFields(list.Elem().Elem())
}
