// Package unknownkeys rejects keys of a configuration that no setting has. The
// Collector's own check does not see those next to the settings of an HTTP server: a
// misspelled token would leave the server without one.
package unknownkeys

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Unmarshal reads a configuration into a struct, for its method of the same name.
func Unmarshal(conf *confmap.Conf, into any) error {
	if err := conf.Unmarshal(into); err != nil {
		return err
	}
	return check(reflect.TypeOf(into), conf.ToStringMap(), "")
}

// check looks through the keys of a struct and of the structs inside it. Path is empty
// or ends with the separator of keys.
func check(t reflect.Type, values map[string]any, path string) error {
	known := map[string]reflect.Type{}
	if !collect(t, known) {
		return nil
	}
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	for key, value := range values {
		inner, ok := known[key]
		if !ok {
			return fmt.Errorf("unknown key %s%s: expected one of %s", path, key, strings.Join(names, ", "))
		}
		if nested, ok := value.(map[string]any); ok {
			if err := check(inner, nested, path+key+confmap.KeyDelimiter); err != nil {
				return err
			}
		}
	}
	return nil
}

// collect adds the keys of a struct with the types of their values. It is false of a
// type whose keys are not known.
func collect(t reflect.Type, known map[string]reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	if strings.HasPrefix(t.Name(), "Optional[") {
		value, ok := t.FieldByName("value")
		known["enabled"] = reflect.TypeFor[bool]() // turns any optional setting off
		return ok && collect(value.Type, known)
	}
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		switch {
		case !field.IsExported() || name == "-":
		case strings.Contains(options, "remain"):
			return false
		case strings.Contains(options, "squash"):
			if !collect(field.Type, known) {
				return false
			}
		case name != "":
			known[name] = field.Type
		default:
			known[strings.ToLower(field.Name)] = field.Type
		}
	}
	return true
}
