package pricing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"

	"github.com/spanledger/spanledger/instrumentation/pricing/pricefile"
)

// decodeAndLint reads a file strictly and reports every problem with its line.
// The file is nil when it is not JSON of the right shape.
func decodeAndLint(name string, data []byte) (*pricefile.File, []Problem) {
	l, f := decodeAndCheck(name, data)
	return f, l.inOrder()
}

func decodeAndCheck(name string, data []byte) (*linter, *pricefile.File) {
	l := &linter{file: name, data: data, lines: make(map[string]int)}
	l.indexLines()
	if len(l.problems) > 0 {
		return l, nil
	}
	var f pricefile.File
	if err := json.Unmarshal(data, &f); err != nil {
		l.decodeError(err)
		return l, nil
	}
	l.check(&f)
	return l, &f
}

// inOrder gives the problems in the order of the file.
func (l *linter) inOrder() []Problem {
	sort.SliceStable(l.problems, func(i, j int) bool { return l.problems[i].Line < l.problems[j].Line })
	return l.problems
}

// linter collects problems and knows on which line each path of the file is.
type linter struct {
	file     string
	data     []byte
	newlines []int
	lines    map[string]int
	problems []Problem
}

func (l *linter) report(severity Severity, path, format string, args ...any) {
	line := 0
	for at := path; line == 0; {
		if line = l.lines[at]; at == "" {
			line = max(line, 1)
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	l.problems = append(l.problems, Problem{
		File: l.file, Line: line, Path: path, Severity: severity, Message: fmt.Sprintf(format, args...),
	})
}

func (l *linter) errorf(path, format string, args ...any) { l.report(Error, path, format, args...) }
func (l *linter) warnf(path, format string, args ...any)  { l.report(Warning, path, format, args...) }

func (l *linter) lineAt(offset int64) int {
	return 1 + sort.SearchInts(l.newlines, int(offset))
}

func (l *linter) decodeError(err error) {
	var offset int64
	path := ""
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
		err = fmt.Errorf("is not JSON: %w", err)
	case errors.As(err, &kind):
		offset, path = kind.Offset, kind.Field
		err = fmt.Errorf("is a JSON %s; %s belongs here", kind.Value, jsonName(kind.Type))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		offset = int64(len(l.data))
		err = errors.New("file ends in the middle of a value")
	}
	l.problems = append(l.problems, Problem{
		File: l.file, Line: l.lineAt(max(offset-1, 0)), Path: path, Severity: Error, Message: err.Error(),
	})
}

func jsonName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Slice, reflect.Array:
		return "a list"
	}
	return "a whole number"
}

// indexLines walks the tokens next to the Go types, noting the line of every
// path, and reporting keys that are unknown or appear twice.
func (l *linter) indexLines() {
	for i, c := range l.data {
		if c == '\n' {
			l.newlines = append(l.newlines, i)
		}
	}
	w := tokenWalk{linter: l, dec: json.NewDecoder(bytes.NewReader(l.data))}
	if err := w.value("", reflect.TypeFor[pricefile.File]()); err != nil {
		l.decodeError(err)
		return
	}
	if _, err := w.dec.Token(); err != io.EOF {
		l.errorf("", "the file continues after its closing brace")
	}
}

// maxDepth is deeper than the format nests; it bounds the walk's recursion.
const maxDepth = 16

type tokenWalk struct {
	linter *linter
	dec    *json.Decoder
	depth  int
}

func (w *tokenWalk) value(path string, t reflect.Type) error {
	if w.depth++; w.depth > maxDepth {
		return fmt.Errorf("%s: is nested too deeply", path)
	}
	defer func() { w.depth-- }()
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	w.linter.lines[path] = w.linter.lineAt(w.dec.InputOffset() - 1)
	switch token {
	case json.Delim('{'):
		return w.object(path, t)
	case json.Delim('['):
		return w.list(path, t)
	}
	return nil
}

func (w *tokenWalk) object(path string, t reflect.Type) error {
	seen := make(map[string]bool)
	for w.dec.More() {
		token, err := w.dec.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		at := strings.TrimPrefix(path+"."+key, ".")
		w.linter.lines[at] = w.linter.lineAt(w.dec.InputOffset() - 1)
		if seen[key] {
			w.linter.errorf(at, "the key appears twice")
		}
		seen[key] = true
		member, known := memberType(t, key)
		if !known {
			w.linter.errorf(at, "is not a known key; known here are %s", strings.Join(memberKeys(t), ", "))
		}
		if err := w.value(at, member); err != nil {
			return err
		}
	}
	_, err := w.dec.Token()
	return err
}

func (w *tokenWalk) list(path string, t reflect.Type) error {
	var elem reflect.Type
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		elem = t.Elem()
	}
	for i := 0; w.dec.More(); i++ {
		if err := w.value(fmt.Sprintf("%s[%d]", path, i), elem); err != nil {
			return err
		}
	}
	_, err := w.dec.Token()
	return err
}

// memberType is the Go type a key decodes into; nil where nothing is known
// below, which accepts every key.
func memberType(t reflect.Type, key string) (member reflect.Type, known bool) {
	switch {
	case t == nil:
		return nil, true
	case t.Kind() == reflect.Map:
		return t.Elem(), true
	case t.Kind() != reflect.Struct:
		return nil, true // a wrong kind is reported when decoding
	}
	for i := range t.NumField() {
		if jsonKey(t.Field(i)) == key {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

func memberKeys(t reflect.Type) []string {
	keys := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		keys = append(keys, jsonKey(t.Field(i)))
	}
	return keys
}

func jsonKey(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return key
}
