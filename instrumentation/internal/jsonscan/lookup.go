package jsonscan

// Scalar is the field of a scalar at the root, for those who have a value by its
// name alone, out of a form; zero where it is not wanted.
func (s *Shape) Scalar(key string) Field {
	if n := s.root.lookup([]byte(key)); n != nil && n.mode == modeScalar {
		return n.field
	}
	return 0
}

// KindOf is the kind of a value that is written without quotes regardless of what it is,
// as in a form.
func KindOf(v []byte) Kind {
	if k, ok := literalKind(v); ok && k != Null {
		return k
	}
	return String
}
