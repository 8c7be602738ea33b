package guardedotlpreceiver

import "encoding/binary"

// maxMessages is how deep messages may nest in a request: that of a span's event
// is the sixth, and a value inside a list or map takes two or three more. It
// leaves values that nest some 60 levels deep.
const maxMessages = 200

// Wire types of protocol buffers, encoding.proto: groups are in no OTLP message.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// unknownField is a field number that no message of OTLP has below maxMessages
// levels, as the tag of a length-delimited field.
const unknownField = 15<<3 | wireBytes

// region is a tag: where it is and how many bytes it has.
type region struct{ at, size int }

// tooDeep finds the tags of fields that lie deeper than maxMessages. It knows no
// schema: what parses as a message may be one.
func tooDeep(request []byte) []region {
	var found []region
	walk(request, 0, 0, &found)
	return found
}

// walk reports whether data is a message, and appends what is too deep in it.
func walk(data []byte, base, depth int, found *[]region) bool {
	before := len(*found)
	for i := 0; i < len(data); {
		start := i
		tag, n := binary.Uvarint(data[i:])
		if n <= 0 || tag>>3 == 0 {
			*found = (*found)[:before]
			return false
		}
		i += n
		switch tag & 7 {
		case wireVarint:
			_, n := binary.Uvarint(data[i:])
			if n <= 0 {
				*found = (*found)[:before]
				return false
			}
			i += n
		case wireFixed64:
			i += 8
		case wireFixed32:
			i += 4
		case wireBytes:
			size, n := binary.Uvarint(data[i:])
			if n <= 0 || size > uint64(len(data)-i-n) {
				*found = (*found)[:before]
				return false
			}
			i += n
			switch {
			case depth == maxMessages:
				*found = append(*found, region{base + start, i - n - start})
			// Each level takes two bytes at least.
			case size >= uint64(2*(maxMessages-depth)):
				walk(data[i:i+int(size)], base+i, depth+1, found)
			}
			i += int(size)
		default:
			*found = (*found)[:before]
			return false
		}
		if i > len(data) {
			*found = (*found)[:before]
			return false
		}
	}
	return true
}

// hide makes fields unknown to the decoder, which skips them.
func hide(request []byte, fields []region) {
	for _, f := range fields {
		tag := request[f.at : f.at+f.size]
		for i := range tag {
			tag[i] = 0x80
		}
		tag[0] |= unknownField
		tag[len(tag)-1] &= 0x7f
	}
}
