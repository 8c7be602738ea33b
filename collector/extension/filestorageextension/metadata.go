package filestorageextension

import (
	"errors"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// metadataKey is where the Collector's queue keeps its state.
const metadataKey = "qmv0"

// Fields of the queue's state, as the Collector writes it (meta.proto of its
// exporterhelper). A test with its queue fails when it writes something else.
const (
	itemsField      = 1
	bytesField      = 2
	readIndexField  = 3
	writeIndexField = 4
	exportingField  = 5
)

var errMetadata = errors.New("the queue's state cannot be read")

// queueState is the state of a queue: the requests from read on and before write
// wait, those of exporting were taken out and are not delivered yet.
type queueState struct {
	items, bytes uint64
	read, write  uint64
	exporting    []uint64
}

func parseState(b []byte) (s queueState, err error) {
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return s, errMetadata
		}
		b = b[n:]
		if field == exportingField && kind == protowire.BytesType {
			packed, n := protowire.ConsumeBytes(b)
			if n < 0 || len(packed)%8 != 0 {
				return s, errMetadata
			}
			for ; len(packed) > 0; packed = packed[8:] {
				v, _ := protowire.ConsumeFixed64(packed)
				s.exporting = append(s.exporting, v)
			}
			b = b[n:]
			continue
		}
		if kind != protowire.Fixed64Type {
			return s, errMetadata
		}
		v, n := protowire.ConsumeFixed64(b)
		if n < 0 {
			return s, errMetadata
		}
		b = b[n:]
		switch field {
		case itemsField:
			s.items = v
		case bytesField:
			s.bytes = v
		case readIndexField:
			s.read = v
		case writeIndexField:
			s.write = v
		case exportingField:
			s.exporting = append(s.exporting, v)
		default:
			return s, errMetadata
		}
	}
	if s.read > s.write {
		return s, errMetadata
	}
	return s, nil
}

func (s *queueState) append(b []byte) []byte {
	for field, v := range map[protowire.Number]uint64{itemsField: s.items, bytesField: s.bytes, readIndexField: s.read, writeIndexField: s.write} {
		if v != 0 {
			b = protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), v)
		}
	}
	if len(s.exporting) == 0 {
		return b
	}
	b = protowire.AppendTag(b, exportingField, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(8*len(s.exporting)))
	for _, v := range s.exporting {
		b = protowire.AppendFixed64(b, v)
	}
	return b
}

// resumption presents the requests that were being exported when a process ended
// as the first that wait. The Collector's queue would delete them and then write
// them again, for which a full disk has no room. They stay where they are: the
// queue counts them as the numbers just before the first that waits, and each of
// these numbers means the one in the file.
type resumption struct {
	first, end uint64   // the numbers that the queue uses
	stored     []uint64 // the numbers in the file, in this order
}

// resume is the state for the queue.
func resume(s queueState) (resumption, queueState) {
	exporting := slices.DeleteFunc(slices.Clone(s.exporting), func(n uint64) bool { return n >= s.read })
	slices.Sort(exporting)
	exporting = slices.Compact(exporting)
	r := resumption{first: s.read - uint64(len(exporting)), end: s.read, stored: exporting}
	s.read, s.exporting = r.first, nil
	return r, s
}

// number is where a request of the queue is in the file.
func (r *resumption) number(n uint64) uint64 {
	if n < r.first || n >= r.end {
		return n
	}
	return r.stored[n-r.first]
}

// file is the state of the queue as the file has it: until the queue takes them
// out, the presented requests are still those being exported.
func (r *resumption) file(s queueState) queueState {
	exporting := make([]uint64, len(s.exporting))
	for i, n := range s.exporting {
		exporting[i] = r.number(n)
	}
	for n := max(s.read, r.first); n < r.end; n++ {
		exporting = append(exporting, r.number(n))
	}
	s.exporting, s.read = exporting, max(s.read, r.end)
	return s
}
