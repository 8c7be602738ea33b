package guardedotlpreceiver

// maxMessages is how deep messages may nest in a request: that of a span's event
// is the sixth, and a value inside a list or map takes two or three more. It
// leaves values that nest some 60 levels deep.
const maxMessages = 200

// Wire types of protocol buffers, encoding.proto.
const (
	wireVarint     = 0
	wireFixed64    = 1
	wireBytes      = 2
	wireStartGroup = 3
	wireEndGroup   = 4
	wireFixed32    = 5
)

// unknownField is a field number that no message of OTLP has below maxMessages
// levels, as the tag of a length-delimited field.
const unknownField = 15<<3 | wireBytes

// region is a tag: where it is and how many bytes it has.
type region struct{ at, size int }

// tooDeep finds the tags of fields that lie deeper than maxMessages. It knows no
// schema: what can be read as a message may be one.
func tooDeep(request []byte) []region {
	var found []region
	walk(request, 0, 0, &found)
	return found
}

// nestsTooDeep reports whether tooDeep finds anything in the content of a message that is
// depth messages deep.
func nestsTooDeep(content []byte, depth int) bool {
	var found []region
	walk(content, 0, depth, &found)
	return len(found) > 0
}

// walk appends what is too deep in data. It reads field by field as the decoder does,
// and ends at what the decoder cannot read: the decoder has gone down into the fields
// before that.
func walk(data []byte, base, depth int, found *[]region) {
	for i := 0; i < len(data); {
		start := i
		number, begin, end := bytesField(data, i)
		if end == 0 {
			return
		}
		i = end
		switch size := end - begin; {
		case number == 0: // another kind of field
		case depth == maxMessages:
			_, after := varint(data, start)
			*found = append(*found, region{base + start, after - start})
		// Each level takes two bytes at least.
		case size >= 2*(maxMessages-depth):
			walk(data[begin:end], base+begin, depth+1, found)
		}
	}
}

// bytesField reads the field at i, which ends at end. Of one with a length it gives the
// number and where its content begins. It ends at 0 where the decoder finds an error.
func bytesField(data []byte, i int) (number uint64, begin, end int) {
	// Most tags and lengths have a byte each.
	if i+1 < len(data) {
		tag, size := data[i], int(data[i+1])
		if end = i + 2 + size; tag&0x87 == wireBytes && tag > 7 && size < 0x80 && end <= len(data) {
			return uint64(tag >> 3), i + 2, end
		}
	}
	tag, after := varint(data, i)
	if after < 0 || int32(tag>>3) <= 0 {
		return 0, 0, 0
	}
	if end = skip(data, after, tag&7); end < 0 {
		return 0, 0, 0
	}
	if tag&7 != wireBytes {
		return 0, 0, end
	}
	_, begin = varint(data, after)
	return tag >> 3, begin, end
}

// skip is where a field ends whose tag ends at i, or -1 where the decoder finds an error.
// The decoder skips groups, which OTLP has none of, as this does: one ends at its end or
// with the first field that is no group.
func skip(data []byte, i int, wire uint64) int {
	groups := 0
	for i < len(data) {
		switch wire {
		case wireVarint:
			_, end := varint(data, i)
			return end
		case wireFixed64:
			return within(data, i, 8)
		case wireFixed32:
			return within(data, i, 4)
		case wireBytes:
			size, end := varint(data, i)
			if end < 0 {
				return -1
			}
			return within(data, end, size)
		case wireStartGroup:
			groups++
		case wireEndGroup:
			groups--
		default:
			return -1
		}
		switch {
		case groups < 0:
			return -1
		case groups == 0:
			return i
		}
		tag, end := varint(data, i)
		if end < 0 || int32(tag>>3) <= 0 {
			return -1
		}
		i, wire = end, tag&7
	}
	return -1
}

// within is where size bytes end that begin at i, or -1.
func within(data []byte, i int, size uint64) int {
	if size > uint64(len(data)-i) {
		return -1
	}
	return i + int(size)
}

// varint reads a number at i and returns where it ends, or -1. Bits beyond the 64th are
// dropped, as the decoder does.
func varint(data []byte, i int) (n uint64, end int) {
	for shift := 0; shift < 64; shift += 7 {
		if i >= len(data) {
			return 0, -1
		}
		b := data[i]
		i++
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n, i
		}
	}
	return 0, -1
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
