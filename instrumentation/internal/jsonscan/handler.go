package jsonscan

// Kind is the type of a delivered value.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	False
	True
	Number
	String
)

// Handler receives the wanted parts of a document in the order in which they
// are in it. Byte slices are valid during the call only.
type Handler interface {
	// Value delivers a scalar.
	Value(f Field, k Kind, v []byte)
	// Text delivers a piece of a string, or of a value asked for with [Pieces];
	// last marks its end, and comes with an empty piece.
	Text(f Field, piece []byte, last bool)
	// Begin and End frame an object or array.
	Begin(f Field)
	End(f Field)
	// Document marks the end of a complete document.
	Document()
}

// Ignore is a [Handler] that does nothing, to be embedded by those which need
// only some of the calls.
type Ignore struct{}

// Value does nothing.
func (Ignore) Value(Field, Kind, []byte) {}

// Text does nothing.
func (Ignore) Text(Field, []byte, bool) {}

// Begin does nothing.
func (Ignore) Begin(Field) {}

// End does nothing.
func (Ignore) End(Field) {}

// Document does nothing.
func (Ignore) Document() {}
