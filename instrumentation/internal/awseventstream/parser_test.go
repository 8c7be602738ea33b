package awseventstream_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/awseventstream"
)

// encode writes a message with string headers, name and value in turn, after
// a header of another type.
func encode(payload string, headers ...string) []byte {
	var h bytes.Buffer
	h.WriteString("\x04long\x05\x00\x00\x00\x00\x00\x00\x00\x07\x03yes\x00")
	for i := 0; i < len(headers); i += 2 {
		h.WriteByte(byte(len(headers[i])))
		h.WriteString(headers[i])
		h.WriteByte(7)
		_ = binary.Write(&h, binary.BigEndian, uint16(len(headers[i+1])))
		h.WriteString(headers[i+1])
	}
	var m bytes.Buffer
	_ = binary.Write(&m, binary.BigEndian, uint32(16+h.Len()+len(payload)))
	_ = binary.Write(&m, binary.BigEndian, uint32(h.Len()))
	_ = binary.Write(&m, binary.BigEndian, crc32.ChecksumIEEE(m.Bytes()))
	m.Write(h.Bytes())
	m.WriteString(payload)
	_ = binary.Write(&m, binary.BigEndian, crc32.ChecksumIEEE(m.Bytes()))
	return m.Bytes()
}

type recorder struct {
	data strings.Builder
	log  []string
}

func (r *recorder) Payload(p []byte) { r.data.Write(p) }

func (r *recorder) Message(m awseventstream.Message) {
	r.log = append(r.log, fmt.Sprintf("%s %s %s %s", m.Type, m.Event, m.Exception, r.data.String()))
	r.data.Reset()
}

func parse(in []byte, step int) ([]string, error) {
	var r recorder
	var p awseventstream.Parser
	p.Init(&r)
	for len(in) > 0 {
		n := min(step, len(in))
		p.Write(in[:n])
		in = in[n:]
	}
	return r.log, p.Err()
}

func stream() []byte {
	return bytes.Join([][]byte{
		encode(`{"a":1}`, ":message-type", "event", ":event-type", "messageStart", ":content-type", "application/json"),
		encode(``, ":message-type", "event", ":event-type", "ping"),
		encode(`{"message":"x"}`, ":exception-type", "throttlingException", ":message-type", "exception"),
	}, nil)
}

// The first bytes of any answer are asked.
func TestBegins_TellsAStreamByItsPrelude(t *testing.T) {
	stream := encode("{}", ":event-type", "chunk")
	for _, tc := range []struct {
		bytes      []byte
		yes, known bool
	}{
		{nil, false, false},
		{[]byte(`{"a":1}`), false, true},
		{stream[:11], false, false},
		{stream[:12], true, true},
		{append([]byte{0, 0, 0, 91}, stream[4:12]...), false, true},
	} {
		yes, known := awseventstream.Begins(tc.bytes)
		assert.Equal(t, tc.yes, yes, "%q", tc.bytes)
		assert.Equal(t, tc.known, known, "%q", tc.bytes)
	}
}

func TestParser_MessagesAreTheSameHoweverTheStreamIsSplit(t *testing.T) {
	for step := 1; step < 100; step++ {
		got, err := parse(stream(), step)
		assert.NoError(t, err)
		assert.Equal(t, []string{`event messageStart  {"a":1}`, "event ping  ", `exception  throttlingException {"message":"x"}`}, got, "step %d", step)
	}
}

func TestParser_AFlippedBitIsSeen(t *testing.T) {
	whole := stream()
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 4
		got, err := parse(bad, len(bad))
		assert.True(t, err != nil || len(got) < 3, "byte %d", i)
	}
}

// FuzzParser checks that a stream reads the same however it is split, and that
// nothing panics.
func FuzzParser(f *testing.F) {
	f.Add(stream(), uint8(3))
	f.Add([]byte("\x00\x00\x00\x10\x00\x00\x00\x00"), uint8(1))
	f.Fuzz(func(t *testing.T, in []byte, step uint8) {
		whole, err := parse(in, len(in)+1)
		parts, partErr := parse(in, int(step)+1)
		assert.Equal(t, whole, parts)
		assert.Equal(t, err, partErr)
	})
}
