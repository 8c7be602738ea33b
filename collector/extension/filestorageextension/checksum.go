package filestorageextension

import (
	"encoding/binary"
	"hash/crc32"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// sealField is a field of protobuf that no message has: the Collector's own
// queue skips it, so that a request with a checksum is read without this
// extension too.
const sealField = 18_900

// A seal follows each request: the tag, the word spl1, and the checksum of all
// before it.
var (
	sealTag  = protowire.AppendTag(nil, sealField, protowire.Fixed64Type)
	sealWord = []byte("spl1")
	castag   = crc32.MakeTable(crc32.Castagnoli)
)

func sealed(value []byte) []byte {
	out := make([]byte, 0, len(value)+len(sealTag)+8)
	out = append(append(append(out, value...), sealTag...), sealWord...)
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(value, castag))
}

// verdict is the result of comparing a checksum.
type verdict int

const (
	unsealed verdict = iota // written without one
	sound
	broken
)

// unseal takes the checksum off.
func unseal(value []byte) ([]byte, verdict) {
	at := len(value) - 8 - len(sealTag)
	if at < 0 || !slices.Equal(value[at:at+len(sealTag)], sealTag) || !slices.Equal(value[at+len(sealTag):len(value)-4], sealWord) {
		return value, unsealed
	}
	if binary.LittleEndian.Uint32(value[len(value)-4:]) != crc32.Checksum(value[:at], castag) {
		return nil, broken
	}
	return value[:at:at], sound
}
