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
	modePieces
	modeEach
	modeAny
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

// Pieces asks for a value of any kind and length as it is in the document,
// delivered in pieces as a text is.
func Pieces(at string, f Field) Path { return Path{at, f, modePieces} }

// Each asks to be told when an object or array at the path begins and ends.
func Each(at string, f Field) Path { return Path{at, f, modeEach} }

// Any is Each and Scalar in one: an object or array is framed, and what is none is
// delivered as a value.
func Any(at string, f Field) Path { return Path{at, f, modeAny} }

// frames and values say what of a path is delivered.
func (m mode) frames() bool { return m == modeEach || m == modeAny }
func (m mode) values() bool { return m == modeScalar || m == modeAny }

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
	first [slots]uint8 // by slotOf: position in keys, from 1 on, of the first that has the slot
	elem  *node
}

type child struct {
	key  string
	node *node
	next uint8 // as in first: the next that has the same slot
}

// slots is a power of two, and more than most nodes have keys.
const slots = 32

// slotOf hashes a key by the bytes in which the keys of vendors differ, at little cost.
func slotOf[T string | []byte](key T) uint8 {
	if len(key) == 0 {
		return 0
	}
	return (uint8(len(key)) + 5*key[0] + 3*key[len(key)-1]) % slots
}

// maxKeys bounds the keys wanted of one object.
const maxKeys = 255

// Compile builds a shape. It panics on a path that is malformed, given twice,
// too deep or beyond 255 keys of one object, for shapes are package variables.
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
	if len(n.keys) == maxKeys {
		panic(fmt.Sprintf("jsonscan: key %q: beyond %d of one object", key, maxKeys))
	}
	made := &node{}
	slot := slotOf(key)
	n.keys = append(n.keys, child{key: key, node: made, next: n.first[slot]})
	n.first[slot] = uint8(len(n.keys))
	return made
}

// lookup finds the node of a key, nil where nothing below it is wanted.
func (n *node) lookup(key []byte) *node {
	for i := n.first[slotOf(key)]; i != 0; i = n.keys[i-1].next {
		if string(key) == n.keys[i-1].key {
			return n.keys[i-1].node
		}
	}
	return nil
}
