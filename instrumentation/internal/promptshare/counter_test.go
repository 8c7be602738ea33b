package promptshare_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/promptshare"
)

// count reads a body in pieces of step bytes.
func count(body string, step int) string {
	var c promptshare.Counter
	c.Init()
	for rest := body; rest != ""; {
		n := min(step, len(rest))
		c.Write([]byte(rest[:n]))
		rest = rest[n:]
	}
	return c.Sum()
}

// The parts of each body are written apart, so that their lengths are plain to see.
func TestCounter_PartsOfEveryFormat(t *testing.T) {
	n := func(s string) string { return strconv.Itoa(len(s)) }
	const (
		be      = `{"role":"system","content":"be kind"}`
		one     = `{"role":"user","content":"one"}`
		two     = `{"role":"assistant","content":"2"}`
		last    = `{"role":"user","content":"and now?"}`
		search  = `{"type":"function","function":{"name":"search","parameters":{"a":[1,{"b":"}"}]}}}`
		issue   = `{"type":"function","function":{"name":"mcp__github__create_issue"}}`
		list    = `{"type":"function","function":{"name":"mcp__github__list"}}`
		flat    = `{"name":"search","type":"function","parameters":{}}`
		web     = `{"type":"web_search"}`
		remote  = `{"type":"mcp","server_label":"deepwiki","server_url":"https://x"}`
		doc     = `{"type":"document","source":{"data":"abc"}}`
		ask     = `{"type":"text","text":"what is in it?"}`
		system  = `[{"type":"text","text":"be kind"}]`
		gemini  = `{"name":"search"}`
		gemini2 = `{"name":"find"}`
		turn    = `{"role":"user","parts":[{"text":"one"}]}`
		spec    = `{"toolSpec":{"name":"search","inputSchema":{"json":{}}}}`
		file    = `{"document":{"name":"a","source":{"bytes":"abc"}}}`
		found   = `{"type":"file_search_call","results":[{"text":"abc"}]}`
	)
	for name, tc := range map[string]struct{ body, want string }{
		"OpenAI chat": {
			`{"model":"m","messages":[` + be + `,` + one + `,` + two + `,` + last + `],"tools":[` + search + `,` + issue + `, ` + list + `],"temperature":1}`,
			"system:" + n(be) + " tools/mcp/github:" + n(issue+list) + " tools/search:" + n(search) + " history:" + n(one+two) + " last:" + n(last),
		},
		"OpenAI chat, one message": {`{"messages":[` + last + `]}`, "last:" + n(last)},
		"OpenAI chat, an old function and a format": {
			`{"functions":[` + flat + `],"response_format":` + web + `,"messages":[` + last + `]}`,
			"tools/search:" + n(flat) + " tools/(format):" + n(web) + " last:" + n(last),
		},
		"OpenAI responses": {
			`{"instructions":"be kind","input":"one","tools":[` + flat + `,` + web + `,` + remote + `]}`,
			"system:9 tools/mcp/deepwiki:" + n(remote) + " tools/search:" + n(flat) + " tools/web_search:" + n(web) + " last:3",
		},
		"OpenAI responses, items": {
			`{"input":[` + be + `,` + one + `,` + found + `,` + last + `]}`,
			"system:" + n(be) + " history:" + n(one) + " retrieved:" + n(found) + " last:" + n(last),
		},
		"Anthropic": {
			`{"system":` + system + `,"messages":[` + one + `,{"role":"user","content":[` + doc + `,` + ask + `]}],"tools":[` + flat + `]}`,
			"system:" + n(system) + " tools/search:" + n(flat) + " history:" + n(one) + " retrieved:" + n(doc) + " last:" + n(`{"role":"user","content":[,`+ask+`]}`),
		},
		"Gemini": {
			`{"systemInstruction":{"parts":[]},"contents":[` + turn + `, ` + turn + `],"tools":[{"functionDeclarations":[` + gemini + `,` + gemini2 + `]}]}`,
			"system:12 tools/search:" + n(gemini) + " tools/find:" + n(gemini2) + " history:" + n(turn) + " last:" + n(turn),
		},
		"Bedrock Converse": {
			`{"system":` + system + `,"messages":[{"role":"user","content":[` + file + `,` + ask + `]}],"toolConfig":{"tools":[` + spec + `]}}`,
			"system:" + n(system) + " tools/search:" + n(spec) + " retrieved:" + n(file) + " last:" + n(`{"role":"user","content":[,`+ask+`]}`),
		},
		"Cohere": {
			`{"message":"now?","preamble":"be kind","chat_history":[` + one + `],"documents":[{"a":"b"}]}`,
			"system:9 history:" + n(one) + " retrieved:11 last:6",
		},
		"Titan":           {`{"inputText":"abc"}`, "last:5"},
		"a prompt":        {`{"model":"m","prompt":"abc"}`, "last:5"},
		"a tool unnamed":  {`{"tools":[{}],"prompt":"a"}`, "tools/(unnamed):2 last:3"},
		"odd names":       {`{"tools":[{"name":"a b:c` + strings.Repeat("x", 99) + `"}],"prompt":"a"}`, "tools/a_b_c" + strings.Repeat("x", 43) + ":" + strconv.Itoa(len(`{"name":"a b:c"}`)+99) + " last:3"},
		"no input":        {`{"model":"m"}`, ""},
		"a body cut":      {`{"prompt":"abc"`, ""},
		"two documents":   {`{"prompt":"abc"}{"prompt":"abc"}`, ""},
		"no JSON":         {`prompt`, ""},
		"a system prompt": {`{"messages":[` + be + `]}`, "system:" + n(be)},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, count(tc.body, len(tc.body)))
			for _, step := range []int{1, 7, 64} {
				assert.Equal(t, tc.want, count(tc.body, step), "in pieces of %d", step)
			}
		})
	}
}

func TestCounter_NamesTheLargestTools(t *testing.T) {
	var tools []string
	for i := range 400 {
		tools = append(tools, `{"name":"t`+strconv.Itoa(i)+`","description":"`+strings.Repeat("x", i)+`"}`)
	}
	sum := count(`{"tools":[`+strings.Join(tools, ",")+`],"prompt":"a"}`, 1000)
	assert.Len(t, strings.Fields(sum), 14, "twelve, the rest and the prompt: %s", sum)
	assert.Contains(t, sum, "tools/t255:")
	total := 0
	for _, part := range strings.Fields(sum) {
		_, size, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(size)
		assert.NoError(t, err)
		total += n
	}
	assert.Equal(t, len(strings.Join(tools, ""))+3, total)
	assert.Less(t, len(sum), 1024, "what a row may hold")
}

func FuzzCounter(f *testing.F) {
	f.Add(`{"messages":[{"role":"user","content":[{"type":"document"}]}],"tools":[{"functionDeclarations":[{"name":"a"}]}]}`, 3)
	f.Fuzz(func(t *testing.T, body string, step int) {
		step = max(1, step%64)
		whole, pieces := count(body, len(body)+1), count(body, step)
		if whole != pieces {
			t.Errorf("%q in one piece, %q in pieces of %d", whole, pieces, step)
		}
		for _, part := range strings.Fields(whole) {
			if i := strings.LastIndexByte(part, ':'); i < 0 {
				t.Errorf("%q has no size", part)
			} else if n, err := strconv.ParseInt(part[i+1:], 10, 64); err != nil || n <= 0 || n > int64(len(body)) {
				t.Errorf("%q of %d bytes", part, len(body))
			}
		}
	})
}
