package awseventstream

// headers reads the headers of a message: a name with its length in one byte,
// a type, and a value, of which strings have a length in two bytes.
type headers struct {
	part  headerPart
	left  int // bytes of the part that are still to come
	size  int
	name  [maxText]byte
	nName int
	value [maxText]byte
	nVal  int
	kind  byte
}

type headerPart uint8

const (
	nameLength headerPart = iota
	nameText
	valueType
	valueLength
	valueBytes
)

var headers0 = headers{left: 1}

// kindString is the type of a header that is a string; it and kindBytes are
// the two whose values have a length.
const (
	kindBytes  = 6
	kindString = 7
)

// fixed is the size of the values of the other types: true, false, byte,
// short, integer, long, timestamp, uuid.
var fixed = [10]int{0, 0, 1, 2, 4, 8, 0, 0, 8, 16}

func (h *headers) write(b []byte, m *Message) {
	for _, c := range b {
		h.add(c)
		h.left--
		for h.left == 0 {
			h.next(m)
		}
	}
}

func (h *headers) add(c byte) {
	switch h.part {
	case nameLength, valueLength:
		h.size = h.size<<8 | int(c)
	case nameText:
		if h.nName < maxText {
			h.name[h.nName] = c
			h.nName++
		}
	case valueType:
		h.kind = c
	case valueBytes:
		if h.nVal < maxText {
			h.value[h.nVal] = c
			h.nVal++
		}
	}
}

func (h *headers) next(m *Message) {
	switch h.part {
	case nameLength:
		h.part, h.left, h.nName = nameText, h.size, 0
	case nameText:
		h.part, h.left = valueType, 1
	case valueType:
		switch {
		case h.kind == kindBytes || h.kind == kindString:
			h.part, h.left, h.size = valueLength, 2, 0
		case int(h.kind) < len(fixed):
			h.part, h.left, h.nVal = valueBytes, fixed[h.kind], 0
		default: // unknown: what follows cannot be told apart
			h.part, h.left = valueBytes, 1<<30
		}
	case valueLength:
		h.part, h.left, h.nVal = valueBytes, h.size, 0
	case valueBytes:
		if h.kind == kindString {
			m.set(string(h.name[:h.nName]), string(h.value[:h.nVal]))
		}
		h.part, h.left, h.size = nameLength, 1, 0
	}
}

func (m *Message) set(name, value string) {
	switch name {
	case ":message-type":
		m.Type = value
	case ":event-type":
		m.Event = value
	case ":exception-type", ":error-code":
		m.Exception = value
	}
}
