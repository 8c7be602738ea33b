package guardedotlpreceiver

import "fmt"

// Decoded, an empty message of two bytes needs a hundred times as much memory. A request may
// need spareBytes and memoryFactor times its length, by the estimate of enough: calls with 26
// attributes need about twice their length by it, spans without any six times.
const (
	spareBytes   = 16 << 20
	memoryFactor = 8
	// recordBytes are for a resource, a scope, and a span, log record or metric.
	recordBytes, recordDepth = 350, 3
	// smallBytes are for a message in those of at most maxSmall bytes: an attribute, a link,
	// an event or a data point. A larger one is not counted.
	smallBytes, maxSmall = 150, 5
)

// Fields that are small in most requests, and no lists: ids, name and status of a
// record, and KeyValue.value below it. A bit for each number.
const (
	singleInRecord = 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5 | 1<<10 | 1<<15
	singleBelow    = 1 << 2
)

// sourceField is the resource or scope of what follows it, which holds no records.
const sourceField = 1

// errTooMany says what to do about a request that is refused.
var errTooMany = fmt.Errorf("the request has too many spans, records or attributes for its length: its memory would be more than %d MiB and %d times its length: send fewer at a time", spareBytes>>20, memoryFactor)

// enough reports whether a request needs no more memory than it may. Like tooDeep, it knows
// no schema below a record: what can be read as a message may be one.
func enough(request []byte) bool {
	return always(request) || spend(request, 0, allowed(request)) >= 0
}

// always reports whether a request is so short that any content of it may be decoded.
func always(request []byte) bool { return len(request)/2*recordBytes <= spareBytes }

func allowed(request []byte) int { return spareBytes + memoryFactor*len(request) }

// spend returns what is left of a number of bytes after the fields of a message that is
// depth messages deep; it ends below 0.
func spend(data []byte, depth, left int) int {
	single := uint64(singleBelow)
	if depth == recordDepth {
		single = singleInRecord
	}
	for i := 0; i < len(data) && left >= 0; {
		number, begin, end := bytesField(data, i)
		if end == 0 {
			return left
		}
		i = end
		size := end - begin
		switch {
		case number == 0: // another kind of field
			continue
		case depth < recordDepth:
			left -= recordBytes
		case size <= maxSmall:
			if single>>number&1 == 0 {
				left -= smallBytes
			}
			continue
		}
		// Most texts do not begin as a message does.
		if first := data[begin:end]; len(first) < 2 || first[0] < 8 || first[0]&7 > wireFixed32 || depth == maxMessages {
			continue
		}
		next := depth + 1
		if depth > 0 && next <= recordDepth && number == sourceField {
			next = recordDepth + 1
		}
		left = spend(data[begin:end], next, left)
	}
	return left
}
