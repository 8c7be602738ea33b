package emitted_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/explain/emitted"
)

const span = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"bot"}}]},"scopeSpans":[{"scope":{"name":"openinference.instrumentation.openai"},"spans":[
{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"ChatCompletion","kind":1,"startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000001000000000","attributes":[
{"key":"openinference.span.kind","value":{"stringValue":"LLM"}},
{"key":"llm.provider","value":{"stringValue":"openai"}},
{"key":"llm.model_name","value":{"stringValue":"gpt-5"}},
{"key":"llm.token_count.prompt","value":{"intValue":"1000"}},
{"key":"llm.token_count.completion","value":{"intValue":"100"}}]}]}]}]}`

func TestFollow_ShowsWhatIsMadeOfASpan(t *testing.T) {
	td, err := emitted.Read(strings.NewReader(span + "\n" + strings.ReplaceAll(span, "b7ad6b7169203331", "b7ad6b7169203332")))
	require.NoError(t, err)
	id, err := ledger.ParseSpanID("b7ad6b7169203331")
	require.NoError(t, err)
	a, err := emitted.Follow(t.Context(), td, id, emitted.Settings{})
	require.NoError(t, err)
	require.Len(t, a.Spans, 1)
	s := a.Spans[0]
	assert.Equal(t, "1000", s.Sent["llm.token_count.prompt"])
	assert.NotContains(t, s.Sent, "gen_ai.usage.input_tokens", "what was sent is not changed")
	assert.Equal(t, "1000", s.Made["gen_ai.usage.input_tokens"])
	assert.Equal(t, "openinference", s.Made["spanledger.dialect"])
	// 1,000 x 1.25 + 100 x 10 USD a million.
	assert.Equal(t, "0.00225", s.Made["spanledger.cost.amount"])
	assert.Equal(t, "bot", s.Made["service.name"])
	doc := a.Document()
	require.Len(t, doc.Tables, 1)
	assert.Contains(t, doc.Tables[0].Rows, []any{"spanledger.cost.amount", nil, "0.00225", "added"})

	_, err = emitted.Follow(t.Context(), td, ledger.SpanID{1}, emitted.Settings{})
	assert.ErrorContains(t, err, "span 0100000000000000: not among the ")
}

func TestFollow_UsesThePricesOfTheCollector(t *testing.T) {
	file := t.TempDir() + "/prices.json"
	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	td, err := emitted.Read(strings.NewReader(span))
	require.NoError(t, err)
	_, err = emitted.Follow(t.Context(), td, ledger.SpanID{}, emitted.Settings{PriceFile: file})
	assert.ErrorContains(t, err, "prices.json")
}

func TestRead_RefusesWhatIsNoExport(t *testing.T) {
	for _, text := range []string{"", "{}", "[1]", "{", `{"resourceSpans":[]}`} {
		_, err := emitted.Read(strings.NewReader(text))
		assert.Error(t, err, text)
	}
}

func TestRead_SaysWhatIsExpected(t *testing.T) {
	for _, text := range []string{"[]", "5", `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}`, "\x00", "{}", ""} {
		_, err := emitted.Read(strings.NewReader(text))
		assert.ErrorContains(t, err, "expected OTLP JSON with resourceSpans", text)
	}
}
