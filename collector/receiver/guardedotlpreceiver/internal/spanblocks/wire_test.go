package spanblocks_test

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// field is a field of a message: its number, its wire type and, if it is a message, that.
type field struct {
	number, wire uint64
	message      string
}

// schema has the messages of a request of spans.
var schema = map[string][]field{
	"request":  {{1, 2, "resource"}},
	"resource": {{1, 2, "source"}, {2, 2, "scope"}, {3, 2, ""}, {1000, 2, "scope"}},
	"source":   {{1, 2, "pair"}, {2, 0, ""}, {3, 2, "entity"}},
	"entity":   {{1, 2, ""}, {2, 2, ""}, {3, 2, ""}},
	"scope":    {{1, 2, "library"}, {2, 2, "span"}, {2, 2, "span"}, {3, 2, ""}},
	"library":  {{1, 2, ""}, {2, 2, ""}, {3, 2, "pair"}, {4, 0, ""}},
	"span": {
		{1, 2, "id"}, {2, 2, "id"}, {3, 2, ""}, {4, 2, "id"}, {5, 2, ""}, {6, 0, ""}, {7, 1, ""}, {8, 1, ""},
		{9, 2, "pair"}, {9, 2, "pair"}, {9, 2, "pair"}, {9, 2, "pair"}, {9, 2, "pair"}, {9, 2, "pair"},
		{10, 0, ""}, {11, 2, "event"}, {12, 0, ""}, {13, 2, "link"}, {14, 0, ""}, {15, 2, "status"}, {16, 5, ""},
	},
	"event":  {{1, 1, ""}, {2, 2, ""}, {3, 2, "pair"}, {4, 0, ""}},
	"link":   {{1, 2, "id"}, {2, 2, "id"}, {3, 2, ""}, {4, 2, "pair"}, {5, 0, ""}, {6, 5, ""}},
	"status": {{2, 2, ""}, {3, 0, ""}},
	"pair":   {{1, 2, ""}, {2, 2, "value"}},
	"value":  {{1, 2, ""}, {2, 0, ""}, {3, 0, ""}, {4, 1, ""}, {5, 2, "values"}, {6, 2, "pairs"}, {7, 2, ""}, {8, 0, ""}},
	"values": {{1, 2, "value"}},
	"pairs":  {{1, 2, "pair"}},
}

// wire writes random messages.
type wire struct {
	*rand.Rand
	faults bool // also what the Collector refuses
}

func (w wire) number(to []byte, n uint64) []byte {
	to = binary.AppendUvarint(to, n)
	if w.IntN(40) == 0 { // longer than necessary
		to[len(to)-1] |= 0x80
		to = append(to, 0)
	}
	return to
}

func (w wire) content(message string, depth int) []byte {
	switch message {
	case "":
		return []byte(strings.Repeat("\xfftext", w.IntN(2+w.IntN(60))))
	case "id":
		return make([]byte, []int{0, 8, 16, w.IntN(20)}[w.IntN(3+w.fault())])
	case "pair": // mostly as senders write it
		key := string(rune('a' + w.IntN(26)))
		if w.IntN(8) > 0 {
			return append(w.bytes(w.number(nil, 1<<3|2), []byte(key)), w.bytes([]byte{2<<3 | 2}, w.content("value", depth+1))...)
		}
	}
	fields := schema[message]
	var out []byte
	n := w.IntN(2 * len(fields))
	if (message == "value" || message == "values") && w.IntN(4) > 0 {
		n = 1
	}
	if depth > 9 {
		n = 0
	}
	for range n {
		f := fields[w.IntN(len(fields))]
		if w.IntN(60) == 0 {
			f = field{1 + w.Uint64N(20), w.Uint64N(6), ""}
			if !w.faults {
				f = field{30 + w.Uint64N(1<<20), []uint64{0, 1, 2, 5}[w.IntN(4)], ""} // unknown
			}
		}
		out = w.field(out, f, depth)
	}
	return out
}

func (w wire) fault() int {
	if w.faults {
		return 1
	}
	return 0
}

func (w wire) field(out []byte, f field, depth int) []byte {
	out = w.number(out, f.number<<3|f.wire)
	switch f.wire {
	case 0:
		return w.number(out, w.Uint64()>>w.IntN(64))
	case 1:
		return binary.LittleEndian.AppendUint64(out, w.Uint64())
	case 2:
		return w.bytes(out, w.content(f.message, depth+1))
	case 3:
		out = w.field(out, field{1, 0, ""}, depth)
		return w.number(out, f.number<<3|4)
	case 5:
		return binary.LittleEndian.AppendUint32(out, w.Uint32())
	}
	return out
}

func (w wire) bytes(out, content []byte) []byte {
	size := uint64(len(content))
	if w.faults && w.IntN(200) == 0 {
		size = w.Uint64() >> w.IntN(64)
	}
	return append(w.number(out, size), content...)
}

func TestDecode_AgreesOnRandomMessages(t *testing.T) {
	t.Parallel()
	decoded := 0
	for seed := range uint64(6000) {
		w := wire{rand.New(rand.NewPCG(seed, 3)), seed%2 > 0}
		if compare(t, w.content("request", 0)) {
			decoded++
		}
	}
	assert.Greater(t, decoded, 3000, "without a fault, and without unknown fields at the top")
}
