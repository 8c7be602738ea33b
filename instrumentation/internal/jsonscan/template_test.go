package jsonscan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

// chunk is a document of a stream as vendors write them.
func chunk(id, choice, reason string) string {
	return `{"id":"` + id + `","usage":{"details":{"count":3}},"choices":[{"reason":` + reason + `,"delta":{"text":"` + choice + `"}},{"reason":"x"}],"raw":[1]}`
}

func TestTemplate_DocumentsThatBeginAlike(t *testing.T) {
	a, b := chunk("1", "hello", "null"), chunk("2", `wor\u006cd`, `"stop"`)
	bare := `{"id":"3","raw":{}}`
	for _, tc := range []struct {
		name string
		docs []string
	}{
		{"all of them", []string{a, a, a, a}},
		{"one after the other of two kinds", []string{a, b, a, b, a, b, a}},
		{"with others between them", []string{bare, a, a, bare, bare, a, bare, a, a}},
		{"up to a text behind other elements", []string{late(a), late(a), late(a)}},
		{"up to a text that is none", []string{a, a, strings.Replace(a, `"hello"`, "null", 1), a}},
		{"up to a text that is empty", []string{a, a, strings.Replace(a, "hello", "", 1), a}},
		{"but for the white space", []string{a, a, " " + strings.ReplaceAll(a, ",", ", "), a, a}},
		{"after more kinds than are remembered", append(differing(40), a, a, a)},
		{"of which one is cut short", []string{a, a, a[:60], a, a}},
		{"of which one is not JSON", []string{a, a, a[:40] + "x", a, a}},
		{"with values that differ later", []string{a, a, strings.Replace(a, "hello", `two\nlines`, 1), strings.Replace(a, `"id":"1"`, `"id":7`, 1), strings.Replace(a, `"count":3`, `"count":41`, 1), strings.Replace(a, `"count":3`, `"count":"x"`, 1), a}},
		{"with a text that is none at first", []string{strings.Replace(a, `"hello"`, "1", 1), strings.Replace(a, `"hello"`, "1", 1), a, a, a}},
		{"with a long beginning", []string{long(a), long(a), long(a)}},
		{"with many elements before the text", []string{many(a), many(a), many(a)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var fast, slow recorder
			var s, each jsonscan.Scanner
			s.Init(shape, &fast, false)
			for _, doc := range tc.docs {
				s.Reset()
				s.Write([]byte(doc))
				each.Init(shape, &slow, false)
				each.Write([]byte(doc))
				require.Equal(t, each.Err(), s.Err(), doc)
				require.Equal(t, slow.log, fast.log, doc)
			}
		})
	}
}

func differing(n int) (docs []string) {
	for i := range n {
		docs = append(docs, chunk(strings.Repeat("i", i), "x", "null"))
	}
	return docs
}

func late(doc string) string {
	return strings.Replace(doc, `"choices":[`, `"choices":[{"reason":null},`, 1)
}

func many(doc string) string {
	return strings.Replace(doc, `"choices":[`, `"choices":[`+strings.Repeat("{},", 50), 1)
}

func long(doc string) string {
	return strings.Replace(doc, `{"id"`, `{"z":"`+strings.Repeat("z", 2000)+`","id"`, 1)
}

func TestTemplate_IsForgottenWithTheShape(t *testing.T) {
	doc := []byte(chunk("1", "hello", "null"))
	var old, now recorder
	var s jsonscan.Scanner
	s.Init(shape, &old, false)
	for range 3 {
		s.Write(doc)
	}
	s.Init(jsonscan.Compile(jsonscan.Scalar("id", fID)), &now, false)
	for range 3 {
		s.Write(doc)
	}
	assert.Equal(t, []string{"value 1 4 1", "document", "value 1 4 1", "document", "value 1 4 1", "document"}, now.log)
}

// FuzzTemplate checks that documents read the same whether they are compared with
// the one before or, as in small pieces, not.
func FuzzTemplate(f *testing.F) {
	f.Add([]byte(chunk("1", "hello", "null")), []byte(chunk("2", `\n`, `"stop"`)), uint8(3), false)
	f.Add([]byte(`[{"id":"1"},{"choices":[{"delta":{"text":"x"}}]}]`), []byte(`{"id":`), uint8(0), true)
	f.Add([]byte("0"), []byte("[]"), uint8(1), true)
	f.Add([]byte(`{"choices":[{"delta":{"text":`), []byte(`"x"}}]}`), uint8(6), true)
	f.Fuzz(func(t *testing.T, a, b []byte, step uint8, split bool) {
		in := strings.Join([]string{string(a), string(a), string(b), string(a), string(b), string(b), string(a)}, "\n")
		whole, err := scan(split, in)
		var pieces []string
		for rest, n := in, int(step%7)+1; rest != ""; {
			n = min(n, len(rest))
			pieces = append(pieces, rest[:n])
			rest = rest[n:]
		}
		parts, partErr := scan(split, pieces...)
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Fatalf("compared documents read differently:\n%s", diff)
		}
		if err != partErr {
			t.Fatalf("compared documents fail differently: %v, %v", err, partErr)
		}
	})
}
