package sse_test

import (
	"strings"
	"testing"

	"github.com/spanledger/spanledger/instrumentation/internal/sse"
	"github.com/stretchr/testify/assert"
)

type recorder struct {
	data   strings.Builder
	events []string
}

func (r *recorder) Data(piece []byte) { r.data.Write(piece) }

func (r *recorder) Event(name []byte) {
	r.events = append(r.events, string(name)+"|"+r.data.String())
	r.data.Reset()
}

func parse(pieces ...string) ([]string, string) {
	var r recorder
	var p sse.Parser
	p.Init(&r)
	for _, s := range pieces {
		p.Write([]byte(s))
	}
	return r.events, r.data.String()
}

func TestParser(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   string
		want []string
	}{
		{"events end at an empty line", "data: a\n\ndata: b\n\n", []string{"|a", "|b"}},
		{"the event field names one event only", "event: x\ndata: a\n\ndata: b\n\n", []string{"x|a", "|b"}},
		{"lines may end in CR LF", "event: x\r\ndata: a\r\n\r\n", []string{"x|a"}},
		{"lines may end in CR", "data: a\r\rdata: b\r\r", []string{"|a", "|b"}},
		{"lines of one event are joined", "data: a\ndata\ndata: b\n\n", []string{"|a\n\nb"}},
		{"only one space after the colon is dropped", "data:a\n\ndata:  b\n\n", []string{"|a", "| b"}},
		{"comments and other fields do not matter", ": ping\nid: 7\nretry: 1\ndatabase: no\ndata: a\n\n", []string{"|a"}},
		{"a failure in a field of its own is data", "data: a\n\nerror: {}\n\n", []string{"|a", "error|{}"}},
		{"an event without data is none", "event: x\n\n\n\ndata: a\n\n", []string{"|a"}},
		{"a byte order mark is skipped", "\ufeffdata: a\n\n", []string{"|a"}},
		{"an unfinished event is not delivered", "data: a\n\ndata: b\n", []string{"|a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, _ := parse(tc.in)
			assert.Equal(t, tc.want, got)
			got, _ = parse(strings.SplitAfter(tc.in, "")...)
			assert.Equal(t, tc.want, got, "one character at a time")
		})
	}
}

func TestParser_LongLinesAreHandedOnInPieces(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	got, _ := parse("data: ", long[:70_000], long[70_000:], "\n\n")
	assert.Equal(t, []string{"|" + long}, got)
}

// FuzzParser checks that a stream reads the same however it is split.
func FuzzParser(f *testing.F) {
	f.Add("event: a\ndata: b\n\n:c\r\ndata:d\r\rdata", uint8(1))
	f.Add("\ufeffdata: a\n\ndata\n\n", uint8(2))
	f.Fuzz(func(t *testing.T, in string, step uint8) {
		events, open := parse(in)
		n := int(step%9) + 1
		var pieces []string
		for rest := in; rest != ""; {
			m := min(n, len(rest))
			pieces = append(pieces, rest[:m])
			rest = rest[m:]
		}
		splitEvents, splitOpen := parse(pieces...)
		assert.Equal(t, events, splitEvents)
		assert.Equal(t, open, splitOpen)
	})
}
