package promptprefix_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/internal/promptprefix"
)

func hash(body string, key []byte, step int) (string, int64) {
	var h promptprefix.Hasher
	h.Init()
	for rest := body; rest != ""; {
		n := min(step, len(rest))
		h.Write([]byte(rest[:n]))
		rest = rest[n:]
	}
	return h.Sum(key)
}

func sum(body string) string {
	text, _ := hash(body, nil, len(body)+1)
	return text
}

func TestHasher_CallsThatACacheCouldShareHaveOneHash(t *testing.T) {
	for name, pair := range map[string][2]string{
		"OpenAI chat: another question": {
			`{"model":"m","messages":[{"role":"system","content":"be kind"},{"role":"user","content":"one"}]}`,
			`{"model":"m","messages":[{"role":"system","content":"be kind"},{"role":"user","content":"two"}],"stream":true}`,
		},
		"OpenAI chat: a longer conversation": {
			`{"messages":[{"role":"developer","content":"be kind"},{"role":"user","content":"one"}],"tools":[{"type":"function"}]}`,
			`{"tools":[{"type":"function"}],"messages":[{"content":"be kind","role":"developer"},{"role":"user","content":"one"},{"role":"assistant","content":"1"},{"role":"user","content":"two"}]}`,
		},
		"OpenAI responses": {
			`{"instructions":"be kind","input":"one"}`,
			`{"input":[{"role":"user","content":"two"}],"instructions":"be kind"}`,
		},
		"Anthropic messages": {
			`{"system":[{"type":"text","text":"be kind"}],"messages":[{"role":"user","content":"one"}],"tools":[]}`,
			`{"system":[{"type":"text","text":"be kind"}],"tools":[],"messages":[{"role":"user","content":[{"type":"text","text":"two"}]}]}`,
		},
		"Gemini": {
			`{"systemInstruction":{"parts":[{"text":"be kind"}]},"contents":[{"role":"user","parts":[{"text":"one"}]}]}`,
			`{"contents":[{"parts":[{"text":"two"}]}],"systemInstruction":{"parts":[{"text":"be kind"}]}}`,
		},
		"no instructions, the same first message": {
			`{"messages":[{"role":"user","content":"a long document"},{"role":"user","content":"one"}]}`,
			`{"messages":[{"role":"user","content":"a long document"},{"role":"user","content":"two"}]}`,
		},
		"a prompt": {`{"prompt":"a long document","seed":1}`, `{"prompt":"a long document","seed":2}`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Len(t, sum(pair[0]), 16)
			assert.Equal(t, sum(pair[0]), sum(pair[1]))
		})
	}
}

func TestHasher_CallsThatNoCacheCouldShareHaveTwo(t *testing.T) {
	base := `{"tools":[{"name":"a"}],"messages":[{"role":"system","content":"be kind"},{"role":"user","content":"one"}]}`
	seen := map[string]string{sum(base): base}
	for _, other := range []string{
		strings.Replace(base, "be kind", "be rude", 1),
		strings.Replace(base, `"name":"a"`, `"name":"b"`, 1),
		strings.Replace(base, `[{"name":"a"}]`, `null`, 1),
		strings.Replace(base, `{"role":"user"`, `{"role":"system","content":"and short"},{"role":"user"`, 1),
		strings.Replace(base, `"tools"`, `"response_format":{"type":"json_schema"},"tools"`, 1),
		`{"messages":[{"role":"user","content":"one"}]}`,
		`{"messages":[{"role":"user","content":"two"}]}`,
		`{"system":"x","tools":"y"}`, `{"system":"y","tools":"x"}`,
	} {
		require.NotContains(t, seen, sum(other), other)
		seen[sum(other)] = other
	}
}

func TestHasher_TheSizeIsThatOfThePrefix(t *testing.T) {
	_, size := hash(`{"system":"0123456789","messages":[{"role":"user","content":"one"}]}`, nil, 7)
	assert.EqualValues(t, len(`"0123456789"`), size)
	_, size = hash(`{"system":"`+strings.Repeat("x", 2*promptprefix.Bound)+`"}`, nil, 4096)
	assert.EqualValues(t, promptprefix.Bound, size)
}

func TestHasher_TheBoundIsWhereDifferencesEnd(t *testing.T) {
	long := strings.Repeat("x", promptprefix.Bound)
	assert.Equal(t, sum(`{"system":"`+long+`one"}`), sum(`{"system":"`+long+`two"}`))
	assert.NotEqual(t, sum(`{"system":"one`+long+`"}`), sum(`{"system":"two`+long+`"}`))
}

func TestHasher_AKeyMakesAnotherHash(t *testing.T) {
	body := `{"system":"be kind"}`
	plain, _ := hash(body, nil, 99)
	one, _ := hash(body, []byte("one"), 99)
	two, _ := hash(body, []byte("two"), 99)
	assert.NotEqual(t, plain, one)
	assert.NotEqual(t, one, two)
	again, _ := hash(body, []byte("one"), 99)
	assert.Equal(t, one, again)
}

func TestHasher_BodiesWithoutAPromptHaveNoHash(t *testing.T) {
	for name, body := range map[string]string{
		"empty": "", "no prompt": `{"model":"m"}`, "cut short": `{"system":"be kind"`, "not JSON": `{"system":"be kind"]`,
		"two documents": `{"system":"a"}{"system":"a"}`, "no object": `"system"`,
	} {
		assert.Empty(t, sum(body), name)
	}
}

// FuzzHasher checks that the hash is the same however the body is split.
func FuzzHasher(f *testing.F) {
	for _, s := range []string{
		`{"tools":[{"name":"a"}],"messages":[{"content":"b\u00e9\"","role":"system"},{"role":"user","content":["one"]}]}`,
		`{"system":[{"text":"x"}],"input":"y"}`, `{"input":[{"role":"developer","content":"z"}],"text":{"format":{}}}`, `{"prompt":"p"`, `{"contents":[{"parts":[]}]}`,
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, body []byte, step uint8) {
		whole, size := hash(string(body), nil, len(body)+1)
		parts, partsSize := hash(string(body), nil, int(step%9)+1)
		if whole != parts || size != partsSize {
			t.Fatalf("whole: %q of %d bytes, split: %q of %d", whole, size, parts, partsSize)
		}
		if len(whole) != 0 && len(whole) != 16 || size < 0 || size > int64(len(body)) {
			t.Fatalf("%q of %d bytes in %d", whole, size, len(body))
		}
	})
}

// BenchmarkHasher reads a request with 40 kB of instructions and as much
// behind them.
func BenchmarkHasher(b *testing.B) {
	body := []byte(`{"messages":[{"role":"system","content":"` + strings.Repeat("policy text ", 3400) +
		`"},{"role":"user","content":"` + strings.Repeat("some history ", 3400) + `"}]}`)
	var h promptprefix.Hasher
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		h.Init()
		h.Write(body)
		h.Sum(nil)
	}
}

func parts(body string, key []byte) []string {
	var h promptprefix.Hasher
	h.Init()
	h.Write([]byte(body))
	h.Sum(key)
	return strings.Split(h.Parts(), ".")
}

func TestHasher_PartsShowWhatChanged(t *testing.T) {
	base := `{"tools":[{"name":"a"}],"messages":[{"role":"system","content":"be kind"},{"role":"user","content":"one"},{"role":"user","content":"two"}]}`
	was := parts(base, nil)
	require.Len(t, was, 3)
	for i, change := range [][2]string{{`"name":"a"`, `"name":"b"`}, {"be kind", "be rude"}, {`"one"`, `"another"`}} {
		is := parts(strings.Replace(base, change[0], change[1], 1), nil)
		for k := range was {
			assert.Len(t, was[k], 8)
			if k == i {
				assert.NotEqual(t, was[k], is[k], change)
			} else {
				assert.Equal(t, was[k], is[k], change)
			}
		}
	}
	assert.Equal(t, was, parts(strings.Replace(base, `"two"`, `"three"`, 1), nil), "what follows the first message is left out")
	assert.NotEqual(t, was, parts(base, []byte("k")))
	assert.NotEqual(t, was[0], parts(strings.Replace(base, `"tools"`, `"response_format":{"type":"json_schema"},"tools"`, 1), nil)[0])
	assert.Equal(t, []string{"", "", was[2]}, parts(`{"messages":[{"role":"user","content":"one"}]}`, nil))
	assert.Equal(t, []string{""}, parts(base[:len(base)-1], nil), "a body that is cut has none")
	assert.Equal(t, []string{""}, parts(`{"model":"m"}`, nil))
}
