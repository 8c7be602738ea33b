package jsonscan_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	fID jsonscan.Field = iota + 1
	fCount
	fChoice
	fReason
	fText
	fRaw
	fPieces
	fAny
	fAnyCode
)

var shape = jsonscan.Compile(
	jsonscan.Scalar("id", fID),
	jsonscan.Scalar("usage.details.count", fCount),
	jsonscan.Each("choices[]", fChoice),
	jsonscan.Scalar("choices[].reason", fReason),
	jsonscan.Text("choices[].delta.text", fText),
	jsonscan.Pieces("raw", fRaw),
	jsonscan.Pieces("list[].whole", fPieces),
	jsonscan.Any("fault", fAny),
	jsonscan.Scalar("fault.code", fAnyCode),
)

// recorder writes down what it is told; pieces of a text are joined, so that
// the record does not depend on how the input was split.
type recorder struct {
	log  []string
	text strings.Builder
}

func (r *recorder) Value(f jsonscan.Field, k jsonscan.Kind, v []byte) {
	r.log = append(r.log, fmt.Sprintf("value %d %d %s", f, k, v))
}

func (r *recorder) Text(f jsonscan.Field, piece []byte, last bool) {
	r.text.Write(piece)
	if last {
		r.log = append(r.log, fmt.Sprintf("text %d %s", f, r.text.String()))
		r.text.Reset()
	}
}
func (r *recorder) Begin(f jsonscan.Field) { r.log = append(r.log, fmt.Sprintf("begin %d", f)) }
func (r *recorder) End(f jsonscan.Field)   { r.log = append(r.log, fmt.Sprintf("end %d", f)) }
func (r *recorder) Document()              { r.log = append(r.log, "document") }

func scan(split bool, pieces ...string) ([]string, error) {
	var r recorder
	var s jsonscan.Scanner
	s.Init(shape, &r, split)
	for _, p := range pieces {
		piece := []byte(p)
		s.Write(piece)
		if string(piece) != p {
			panic("the scanner changed its input")
		}
	}
	return r.log, s.Err()
}

func TestScanner(t *testing.T) {
	for _, tc := range []struct {
		name  string
		in    string
		split bool
		want  []string
		err   error
	}{
		{
			name: "wanted scalars are delivered and others are not",
			in:   `{"object":"x","id":"a1","usage":{"n":1,"details":{"count":12,"x":[{}]}},"z":{"id":"no"}}`,
			want: []string{"value 1 4 a1", "value 2 3 12", "document"},
		},
		{
			name: "every element of an array is framed",
			in:   `{"choices":[{"reason":"stop"},{"reason":null},7,{}]}`,
			want: []string{"begin 3", "value 4 4 stop", "end 3", "begin 3", "value 4 0 null", "end 3", "begin 3", "end 3", "document"},
		},
		{
			name: "a value of any kind is framed or delivered",
			in:   `{"fault":{"code":"c","x":1},"id":"1"}{"fault":"text\n"}{"fault":[{}]}{"fault":null}{"fault":true}{"fault":7}`,
			want: []string{"begin 8", "value 9 4 c", "end 8", "value 1 4 1", "document", "value 8 4 text\n", "document", "begin 8", "end 8", "document", "value 8 0 null", "document", "value 8 2 true", "document", "value 8 3 7", "document"},
		},
		{
			name: "escapes are decoded in scalars, texts and keys",
			in:   `{"\u0069d":"a\"\\\n\u00e9\ud83d\ude00","choices":[{"delta":{"text":"x\ud83d\ude00\"\\ud800y"}}]}`,
			want: []string{"value 1 4 a\"\\\né😀", "begin 3", "text 5 x😀\"\\ud800y", "end 3", "document"},
		},
		{
			name: "a lone surrogate becomes the replacement character",
			in:   `{"id":"\ud800x","choices":[{"delta":{"text":"\ud800\ud83d\ude00\n\ud800"}}]}`,
			want: []string{"value 1 4 \ufffdx", "begin 3", "text 5 \ufffd😀\n\ufffd", "end 3", "document"},
		},
		{
			name: "a value of any kind and length is handed on as it stands",
			in:   `{"list":[{"whole": {"a":[1,"]}\""]} ,"x":1},{"whole":"q\n"},{"whole":12},{"whole":null}],"id":"x"}`,
			want: []string{`text 7 {"a":[1,"]}\""]}`, `text 7 "q\n"`, "text 7 12", "text 7 null", "value 1 4 x", "document"},
		},
		{
			name: "documents may follow each other",
			in:   "{\"id\":\"1\"}\n{\"id\":\"2\"}\n",
			want: []string{"value 1 4 1", "document", "value 1 4 2", "document"},
		},
		{
			name:  "elements of the root array are documents when asked",
			in:    `[{"id":"1"},` + "\n" + `{"id":"2"}]`,
			split: true,
			want:  []string{"value 1 4 1", "document", "value 1 4 2", "document"},
		},
		{name: "a document cut short is an error", in: `{"id":"1","usage":{`, want: []string{"value 1 4 1"}, err: jsonscan.ErrCut},
		{name: "what is not JSON is an error", in: `<html>`, err: jsonscan.ErrSyntax},
		{name: "a missing colon is an error", in: `{"id" "1"}`, err: jsonscan.ErrSyntax},
		{name: "nothing is no error", in: " \n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := scan(tc.split, tc.in)
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.err, err)
			pieces := strings.Split(tc.in, "")
			got, err = scan(tc.split, pieces...)
			assert.Equal(t, tc.want, got, "one character at a time")
			assert.Equal(t, tc.err, err)
		})
	}
}

func TestScanner_TheInputIsNotChanged(t *testing.T) {
	in := `{"\u0069d":"\u0061","choices":[{"delta":{"text":"\u0061"}}],"raw":"\u0061"}`
	piece := []byte(in)
	var s jsonscan.Scanner
	s.Init(shape, &recorder{}, false)
	s.Write(piece)
	require.NoError(t, s.Err())
	assert.Equal(t, in, string(piece))
}

func TestScanner_ScalarsAreCut(t *testing.T) {
	long := strings.Repeat("x", 3*jsonscan.MaxScalar)
	got, err := scan(false, `{"id":"`+long+`"}`)
	require.NoError(t, err)
	assert.Equal(t, "value 1 4 "+long[:jsonscan.MaxScalar], got[0])

	long = strings.Repeat("1", 3*jsonscan.MaxScalar)
	got, err = scan(false, `{"id":`+long+`}`)
	require.NoError(t, err)
	assert.Equal(t, "value 1 3 "+long[:jsonscan.MaxScalar], got[0])
}

func TestCompileRejects(t *testing.T) {
	for name, at := range map[string]string{"an empty key": "a..b", "a path given twice": "id", "a path too deep": strings.Repeat("a.", 20) + "b"} {
		t.Run(name, func(t *testing.T) {
			assert.Panics(t, func() { jsonscan.Compile(jsonscan.Scalar("id", 1), jsonscan.Scalar(at, 2)) })
		})
	}
}

func TestInt(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "-3": -3, "12.0": 12, "1e3": 1000, "999999999999999999": 999999999999999999} {
		got, ok := jsonscan.Int([]byte(in))
		assert.True(t, ok, in)
		assert.Equal(t, want, got, in)
	}
	for _, in := range []string{"", "-", "1.5", "1e30", "NaN", "x"} {
		_, ok := jsonscan.Int([]byte(in))
		assert.False(t, ok, in)
	}
}

// FuzzScanner checks that the handler sees the same however the input is
// split, and what encoding/json sees where the input is JSON.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{
		`{"id":"a","usage":{"details":{"count":3}},"choices":[{"reason":"stop","delta":{"text":"h\u00e9\n"}}],"raw":[1,{"a":"}"}],"list":[{"whole":{"b":["}\\""]}},{"whole":-1}]}`,
		`{"id":"\\\"","raw":"x\\"}`, `[{"id":"1"},{"id":"2"}]`, `{"a":"` + strings.Repeat(`\\`, 9) + `","id":1}`, `{"id":`, "\"\\ud83d\\ude00\"",
	} {
		f.Add([]byte(s), uint8(3), true)
	}
	f.Fuzz(func(t *testing.T, in []byte, step uint8, split bool) {
		whole, err := scan(split, string(in))
		var pieces []string
		for rest, n := string(in), int(step%7)+1; rest != ""; {
			n = min(n, len(rest))
			pieces = append(pieces, rest[:n])
			rest = rest[n:]
		}
		parts, partErr := scan(split, pieces...)
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Fatalf("split input reads differently:\n%s", diff)
		}
		if err != partErr {
			t.Fatalf("split input fails differently: %v, %v", err, partErr)
		}
		var doc struct {
			ID *string `json:"id"`
		}
		var keys map[string]json.RawMessage
		if split || json.Unmarshal(in, &keys) != nil || json.Unmarshal(in, &doc) != nil || doc.ID == nil || len(*doc.ID) > 100 || keys["id"] == nil {
			return
		}
		if n := strings.Count(strings.ToLower(string(in)), "id"); n != 1 || strings.Contains(string(in), `\u`) {
			return // encoding/json folds case and lets the last of two keys win
		}
		want := "value 1 4 " + *doc.ID
		if len(whole) == 0 || whole[0] != want && !strings.Contains(strings.Join(whole, "\n"), want) {
			if json.Valid(in) && strings.ToValidUTF8(*doc.ID, "") == *doc.ID && !strings.ContainsRune(*doc.ID, '\ufffd') {
				t.Fatalf("want %q in %q", want, whole)
			}
		}
	})
}

func BenchmarkSkipChunk(b *testing.B) {
	chunk := []byte(`{"id":"chatcmpl-9xW1Qm2yHkT0","object":"chat.completion.chunk","created":1764000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_0aa8d3e20b","choices":[{"index":0,"delta":{"content":" hello"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"aB3x"}`)
	only := jsonscan.Compile(jsonscan.Scalar("usage.prompt_tokens", 1), jsonscan.Scalar("choices[].finish_reason", 2))
	var s jsonscan.Scanner
	s.Init(only, jsonscan.Ignore{}, false)
	b.SetBytes(int64(len(chunk)))
	b.ReportAllocs()
	for b.Loop() {
		s.Write(chunk)
	}
}
