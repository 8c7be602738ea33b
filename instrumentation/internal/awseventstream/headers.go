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

func (h *headers) write(b []byte, m, last *Message) {
	for len(b) > 0 {
		part := b[:min(len(b), h.left)]
		b = b[len(part):]
		h.add(part)
		h.left -= len(part)
		for h.left == 0 {
			h.next(m, last)
		}
	}
}

func (h *headers) add(b []byte) {
	switch h.part {
	case nameLength, valueLength:
		for _, c := range b {
			h.size = h.size<<8 | int(c)
		}
	case nameText:
		h.nName += copy(h.name[h.nName:], b)
	case valueType:
		h.kind = b[0]
	case valueBytes:
		h.nVal += copy(h.value[h.nVal:], b)
	}
}

func (h *headers) next(m, last *Message) {
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
		default: // unknown: the rest cannot be parsed
			h.part, h.left = valueBytes, 1<<30
		}
	case valueLength:
		h.part, h.left, h.nVal = valueBytes, h.size, 0
	case valueBytes:
		if h.kind == kindString {
			m.set(h.name[:h.nName], h.value[:h.nVal], last)
		}
		h.part, h.left, h.size = nameLength, 1, 0
	}
}

// set takes a header. Messages of a stream say mostly what the last one said.
func (m *Message) set(name, value []byte, last *Message) {
	switch string(name) {
	case ":message-type":
		m.Type = keep(last.Type, value)
	case ":event-type":
		m.Event = keep(last.Event, value)
	case ":exception-type", ":error-code":
		m.Exception = keep(last.Exception, value)
	}
}

// keep is v, as the old string, without an allocation, where it is the same.
func keep(old string, v []byte) string {
	if old == string(v) {
		return old
	}
	return string(v)
}
