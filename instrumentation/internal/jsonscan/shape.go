package jsonscan

import (
	"fmt"
	"strings"
)

// Field is the caller's name for a wanted path. Zero is none.
type Field uint16

type mode uint8

const (
	modeNone mode = iota
	modeScalar
	modeText
	modeRaw
	modeEach
)

// Path is one wanted place in a document. Keys are joined by dots, "[]" stands
// for every element of an array: "choices[].delta.content".
type Path struct {
	at    string
	field Field
	mode  mode
}

// Scalar asks for a string, number, boolean or null. Strings are delivered
// unescaped and cut after [MaxScalar] bytes.
func Scalar(at string, f Field) Path { return Path{at, f, modeScalar} }

// Text asks for a string of any length, delivered unescaped in pieces.
func Text(at string, f Field) Path { return Path{at, f, modeText} }

// Raw asks for a value of any kind as it stands in the document, up to the
// scanner's raw limit.
func Raw(at string, f Field) Path { return Path{at, f, modeRaw} }

// Each asks to be told when an object or array at the path begins and ends.
func Each(at string, f Field) Path { return Path{at, f, modeEach} }

// maxDepth bounds the nesting of wanted paths; wire formats of vendors stay
// below ten.
const maxDepth = 16

// Shape is a compiled set of paths. It is immutable and may be shared.
type Shape struct {
	root *node
}

type node struct {
	field Field
	mode  mode
	keys  []child
	elem  *node
}

type child struct {
	key  string
	node *node
}

// Compile builds a shape. It panics on a path that is malformed, given twice
// or too deep, for shapes are package variables.
func Compile(paths ...Path) *Shape {
	root := &node{}
	for _, p := range paths {
		n, depth := root, 0
		for rest := p.at; rest != ""; {
			depth++
			if after, ok := strings.CutPrefix(rest, "[]"); ok {
				rest = strings.TrimPrefix(after, ".")
				if n.elem == nil {
					n.elem = &node{}
				}
				n = n.elem
				continue
			}
			end := strings.IndexAny(rest, ".[")
			if end == 0 {
				panic(fmt.Sprintf("jsonscan: path %q: empty key", p.at))
			}
			key := rest
			if end > 0 {
				key = rest[:end]
				rest = strings.TrimPrefix(rest[end:], ".")
			} else {
				rest = ""
			}
			n = n.childOrNew(key)
		}
		if depth >= maxDepth {
			panic(fmt.Sprintf("jsonscan: path %q: deeper than %d", p.at, maxDepth-1))
		}
		if n.field != 0 {
			panic(fmt.Sprintf("jsonscan: path %q: given twice", p.at))
		}
		n.field, n.mode = p.field, p.mode
	}
	return &Shape{root: root}
}

func (n *node) childOrNew(key string) *node {
	for _, c := range n.keys {
		if c.key == key {
			return c.node
		}
	}
	made := &node{}
	n.keys = append(n.keys, child{key, made})
	return made
}

// lookup finds the node of a key, nil where nothing below it is wanted.
func (n *node) lookup(key []byte) *node {
	for i := range n.keys {
		if string(key) == n.keys[i].key {
			return n.keys[i].node
		}
	}
	return nil
}
