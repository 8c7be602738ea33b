package plaintemplate

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"text/template/parse"
)

// Functions by the name that templates call them by: any function of one result.
type Functions map[string]any

// Set holds templates by name.
type Set struct {
	trees     map[string]*parse.Tree
	functions Functions
	escape    func(string) string // of every value that is printed; nil = as it is
}

// New makes an empty set. The templates call functions, and those named in
// builtins; every value they print passes escape, which nil leaves as it is.
func New(functions Functions, escape func(string) string) *Set {
	return &Set{trees: map[string]*parse.Tree{}, functions: functions, escape: escape}
}

// Parse adds a template.
func (s *Set) Parse(name, text string) error {
	trees, err := parse.Parse(name, text, "", "", builtins, s.functions)
	if err != nil {
		return err
	}
	for name, tree := range trees {
		s.trees[name] = tree
	}
	return nil
}

// ParseFS adds the files that match the pattern, each by the last part of its path.
func (s *Set) ParseFS(files fs.FS, pattern string) error {
	matches, err := fs.Glob(files, pattern)
	if err != nil {
		return err
	}
	if len(matches) == 0 {
		return fmt.Errorf("templates %q: no file matches", pattern)
	}
	for _, match := range matches {
		text, err := fs.ReadFile(files, match)
		if err != nil {
			return err
		}
		if err := s.Parse(path.Base(match), string(text)); err != nil {
			return err
		}
	}
	return nil
}

// Must stops the program when a set that it is made with cannot be read.
func Must(s *Set, err error) *Set {
	if err != nil {
		panic(err)
	}
	return s
}

// Execute writes a template filled with data. What it wrote before an error is not
// taken back.
func (s *Set) Execute(w io.Writer, name string, data any) error {
	tree := s.trees[name]
	if tree == nil {
		return fmt.Errorf("template %q: is not defined", name)
	}
	dot := reflect.ValueOf(data)
	e := &execution{set: s, w: w, variables: []variable{{"$", dot}}}
	if err := e.walk(dot, tree.Root); err != nil {
		return fmt.Errorf("template %q: %w", name, err)
	}
	return nil
}

type execution struct {
	set       *Set
	w         io.Writer
	variables []variable // the innermost last
}

type variable struct {
	name  string
	value reflect.Value
}

func (e *execution) walk(dot reflect.Value, node parse.Node) error {
	switch node := node.(type) {
	case *parse.ListNode:
		if node == nil {
			return nil
		}
		for _, n := range node.Nodes {
			if err := e.walk(dot, n); err != nil {
				return err
			}
		}
		return nil
	case *parse.TextNode:
		_, err := e.w.Write(node.Text)
		return err
	case *parse.CommentNode:
		return nil
	case *parse.ActionNode:
		value, err := e.pipe(dot, node.Pipe)
		if err != nil || len(node.Pipe.Decl) > 0 {
			return err
		}
		return e.print(value)
	case *parse.IfNode:
		defer e.leave(len(e.variables))
		value, err := e.pipe(dot, node.Pipe)
		if err != nil {
			return err
		}
		if isTrue(value) {
			return e.walk(dot, node.List)
		}
		return e.walk(dot, node.ElseList)
	case *parse.RangeNode:
		return e.walkRange(dot, node)
	}
	return fmt.Errorf("%s: is not supported", node)
}

// leave forgets the variables of a block.
func (e *execution) leave(mark int) { e.variables = e.variables[:mark] }

func (e *execution) walkRange(dot reflect.Value, node *parse.RangeNode) error {
	defer e.leave(len(e.variables))
	declared := node.Pipe.Decl
	list, err := e.command(dot, node.Pipe)
	if err != nil {
		return err
	}
	list = indirect(list)
	if list.IsValid() && list.Kind() != reflect.Slice && list.Kind() != reflect.Array {
		return fmt.Errorf("%s: expected a list, got %s", node.Pipe, list.Type())
	}
	if !list.IsValid() || list.Len() == 0 {
		return e.walk(dot, node.ElseList)
	}
	mark := len(e.variables)
	for i := range list.Len() {
		switch len(declared) {
		case 1:
			e.declare(declared[0], list.Index(i))
		case 2:
			e.declare(declared[0], reflect.ValueOf(i))
			e.declare(declared[1], list.Index(i))
		}
		if err := e.walk(list.Index(i), node.List); err != nil {
			return err
		}
		e.leave(mark)
	}
	return nil
}

func (e *execution) declare(node *parse.VariableNode, value reflect.Value) {
	e.variables = append(e.variables, variable{node.Ident[0], value})
}

// pipe evaluates an action, and declares the variable that it names.
func (e *execution) pipe(dot reflect.Value, pipe *parse.PipeNode) (reflect.Value, error) {
	value, err := e.command(dot, pipe)
	if err != nil {
		return value, err
	}
	if pipe.IsAssign {
		return value, fmt.Errorf("%s: assignment is not supported", pipe)
	}
	for _, declared := range pipe.Decl {
		e.declare(declared, value)
	}
	return value, nil
}

func (e *execution) command(dot reflect.Value, pipe *parse.PipeNode) (reflect.Value, error) {
	if len(pipe.Cmds) != 1 {
		return reflect.Value{}, fmt.Errorf("%s: a chain of commands is not supported", pipe)
	}
	args := pipe.Cmds[0].Args
	if name, ok := args[0].(*parse.IdentifierNode); ok {
		return e.call(dot, name.Ident, args[1:])
	}
	if len(args) > 1 {
		return reflect.Value{}, fmt.Errorf("%s: is no function", args[0])
	}
	return e.operand(dot, args[0])
}

func (e *execution) operand(dot reflect.Value, node parse.Node) (reflect.Value, error) {
	switch node := node.(type) {
	case *parse.DotNode:
		return dot, nil
	case *parse.FieldNode:
		return fields(dot, node.Ident)
	case *parse.VariableNode:
		for i := len(e.variables) - 1; i >= 0; i-- {
			if e.variables[i].name == node.Ident[0] {
				return fields(e.variables[i].value, node.Ident[1:])
			}
		}
	case *parse.IdentifierNode:
		return e.call(dot, node.Ident, nil)
	case *parse.PipeNode:
		return e.command(dot, node)
	case *parse.StringNode:
		return reflect.ValueOf(node.Text), nil
	case *parse.BoolNode:
		return reflect.ValueOf(node.True), nil
	case *parse.NumberNode:
		if node.IsInt {
			return reflect.ValueOf(int(node.Int64)), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("%s: is not supported", node)
}

// call evaluates the operands, and then a function of them.
func (e *execution) call(dot reflect.Value, name string, operands []parse.Node) (reflect.Value, error) {
	args := make([]reflect.Value, len(operands))
	for i, node := range operands {
		value, err := e.operand(dot, node)
		if err != nil {
			return value, err
		}
		args[i] = value
	}
	result, err := e.apply(name, args)
	if err != nil {
		return result, fmt.Errorf("%s: %w", name, err)
	}
	return result, nil
}

func (e *execution) apply(name string, args []reflect.Value) (reflect.Value, error) {
	if f, ok := e.set.functions[name]; ok {
		return invoke(reflect.ValueOf(f), args)
	}
	if f, ok := builtins[name].(func([]reflect.Value) (reflect.Value, error)); ok {
		return f(args)
	}
	return reflect.Value{}, errors.New("is not defined")
}

func (e *execution) print(value reflect.Value) error {
	value = indirect(value)
	if !value.IsValid() {
		return errors.New("a value that is nil cannot be printed")
	}
	text := fmt.Sprint(value.Interface())
	if e.set.escape != nil {
		text = e.set.escape(text)
	}
	_, err := io.Copy(e.w, strings.NewReader(text))
	return err
}
