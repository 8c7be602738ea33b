package plaintemplate

import (
	"errors"
	"fmt"
	"reflect"
)

// builtins are the functions that every template has, as in text/template.
var builtins = map[string]any{"eq": equal, "not": not, "or": or, "and": and, "len": length, "index": index}

// indirect follows pointers and interfaces; it is invalid for nil.
func indirect(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	return v
}

// fields follows names into structs and maps.
func fields(v reflect.Value, names []string) (reflect.Value, error) {
	for _, name := range names {
		v = indirect(v)
		var found reflect.Value
		switch {
		case !v.IsValid():
			return v, fmt.Errorf(".%s: of nil", name)
		case v.Kind() == reflect.Struct:
			if field, ok := v.Type().FieldByName(name); ok && field.IsExported() {
				found = v.FieldByIndex(field.Index)
			}
		case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
			found = v.MapIndex(reflect.ValueOf(name).Convert(v.Type().Key()))
		}
		if !found.IsValid() {
			return found, fmt.Errorf(".%s: %s has no such field", name, v.Type())
		}
		v = found
	}
	return v, nil
}

// isTrue says whether a value is not the empty one of its kind, as in text/template.
func isTrue(v reflect.Value) bool {
	if v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() {
		return false
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.String:
		return v.Len() > 0
	case reflect.Struct:
		return true
	}
	return !v.IsZero()
}

// invoke calls a function of one result.
func invoke(f reflect.Value, args []reflect.Value) (reflect.Value, error) {
	t := f.Type()
	if t.IsVariadic() || t.NumIn() != len(args) || t.NumOut() != 1 {
		return reflect.Value{}, fmt.Errorf("%s is called with %d values", t, len(args))
	}
	for i, arg := range args {
		want := t.In(i)
		if arg.IsValid() && arg.Kind() == reflect.Interface && want.Kind() != reflect.Interface {
			arg = arg.Elem()
		}
		switch {
		case arg.IsValid() && arg.Type().AssignableTo(want):
		case arg.IsValid() && arg.Kind() == reflect.String && want.Kind() == reflect.String:
			arg = arg.Convert(want)
		case !arg.IsValid() && want.Kind() == reflect.Interface:
			arg = reflect.Zero(want)
		default:
			return reflect.Value{}, fmt.Errorf("value %d: expected %s", i+1, want)
		}
		args[i] = arg
	}
	return f.Call(args)[0], nil
}

// equal compares texts, numbers and truth values of one kind.
func equal(args []reflect.Value) (reflect.Value, error) {
	if len(args) != 2 {
		return reflect.Value{}, errors.New("expected two values")
	}
	a, b := indirect(args[0]), indirect(args[1])
	switch {
	case !a.IsValid() || !b.IsValid():
	case a.Kind() == reflect.String && b.Kind() == reflect.String:
		return reflect.ValueOf(a.String() == b.String()), nil
	case a.CanInt() && b.CanInt():
		return reflect.ValueOf(a.Int() == b.Int()), nil
	case a.Kind() == reflect.Bool && b.Kind() == reflect.Bool:
		return reflect.ValueOf(a.Bool() == b.Bool()), nil
	}
	return reflect.Value{}, errors.New("expected two texts, two numbers or two truth values")
}

func not(args []reflect.Value) (reflect.Value, error) {
	if len(args) != 1 {
		return reflect.Value{}, errors.New("expected one value")
	}
	return reflect.ValueOf(!isTrue(args[0])), nil
}

// or is the first value that is true, or the last.
func or(args []reflect.Value) (reflect.Value, error) { return first(args, true) }

// and is the first value that is not true, or the last.
func and(args []reflect.Value) (reflect.Value, error) { return first(args, false) }

func first(args []reflect.Value, truth bool) (reflect.Value, error) {
	if len(args) == 0 {
		return reflect.Value{}, errors.New("expected a value")
	}
	for _, arg := range args {
		if isTrue(arg) == truth {
			return arg, nil
		}
	}
	return args[len(args)-1], nil
}

func length(args []reflect.Value) (reflect.Value, error) {
	if len(args) != 1 {
		return reflect.Value{}, errors.New("expected one value")
	}
	switch v := indirect(args[0]); v.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.String:
		return reflect.ValueOf(v.Len()), nil
	}
	return reflect.Value{}, errors.New("expected a list or a text")
}

func index(args []reflect.Value) (reflect.Value, error) {
	if len(args) != 2 {
		return reflect.Value{}, errors.New("expected a list and a place in it")
	}
	list, at := indirect(args[0]), indirect(args[1])
	if k := list.Kind(); k != reflect.Slice && k != reflect.Array || !at.IsValid() || !at.CanInt() {
		return reflect.Value{}, errors.New("expected a list and a place in it")
	}
	if i := at.Int(); i >= 0 && i < int64(list.Len()) {
		return list.Index(int(i)), nil
	}
	return reflect.Value{}, fmt.Errorf("place %d: the list has %d", at.Int(), list.Len())
}
