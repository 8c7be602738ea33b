package genai_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/internal/genai"
	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

func TestIntern_ReturnsTheTextUnderConcurrentUse(t *testing.T) {
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for i := range 20_000 { // many more than are kept
				v := fmt.Appendf(nil, "model-%d", i%3000)
				if got := genai.Intern(jsonscan.String, v); got != string(v) {
					t.Errorf("%q is read as %q", v, got)
					return
				}
			}
		})
	}
	readers.Wait()
}

func TestIntern_OutlivesTheBytesItWasReadFrom(t *testing.T) {
	v := []byte("gpt-5-mini")
	first := genai.Intern(jsonscan.String, v)
	clear(v)
	assert.Equal(t, "gpt-5-mini", first)
	assert.Equal(t, "gpt-5-mini", genai.Intern(jsonscan.String, []byte("gpt-5-mini")))
}

func TestIntern_AKnownTextAllocatesNothing(t *testing.T) {
	v := []byte("claude-sonnet-4-5")
	genai.Intern(jsonscan.String, v)
	assert.Zero(t, testing.AllocsPerRun(100, func() { genai.Intern(jsonscan.String, v) }))
}

func TestIntern_OtherTextIsCopied(t *testing.T) {
	long := bytes.Repeat([]byte("m"), 300)
	assert.Equal(t, string(long), genai.Intern(jsonscan.String, long))
	assert.Equal(t, "12", genai.Intern(jsonscan.Number, []byte("12")))
	assert.Empty(t, genai.Intern(jsonscan.Null, []byte("null")))
	assert.Empty(t, genai.Intern(jsonscan.String, nil))
	for range 2 {
		broken := genai.Intern(jsonscan.String, []byte("gpt\xff"))
		assert.True(t, utf8.ValidString(broken))
		assert.True(t, strings.HasPrefix(broken, "gpt"))
	}
	assert.Equal(t, "old", genai.InternIfChanged("old", jsonscan.Null, []byte("null")))
}
