package otelgenai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

const (
	anthropicResults = "https://api.anthropic.com/v1/messages/batches/msgbatch_1/results"
	openAIResults    = "https://api.openai.com/v1/files/file-1/content"
)

// download fetches the results of a batch from a vendor that sends body.
func download(t *testing.T, client *http.Client, url string, sent *io.Reader, body io.Reader) {
	t.Helper()
	*sent = body
	resp, err := client.Get(url)
	require.NoError(t, err)
	drain(t, resp)
}

// batchClient calls a vendor that answers with what is put into the reader.
func batchClient(s *signals) (*http.Client, *io.Reader) {
	sent := new(io.Reader)
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/octet-stream"}}, Body: io.NopCloser(*sent)}, nil
	})
	return s.client(otelgenai.OpenAI, base), sent
}

func results(t *testing.T, provider string) string {
	t.Helper()
	raw, err := os.ReadFile("../internal/provider/" + provider + "/testdata/batch_results/response.jsonl")
	require.NoError(t, err)
	return string(raw)
}

func TestBatch_ResultsOfABatchAreNotBilledUnlessAskedFor(t *testing.T) {
	s := newSignals()
	client, sent := batchClient(s)
	download(t, client, openAIResults, sent, strings.NewReader(results(t, "openai")))
	assert.Empty(t, s.spans.Ended(), "a file may hold anything")
	download(t, client, anthropicResults, sent, strings.NewReader(results(t, "anthropic")))
	attrs := s.attrs(t)
	assert.Equal(t, "fetch_response", attrs["gen_ai.operation.name"])
	assert.Equal(t, "msgbatch_1", attrs["gen_ai.response.id"])
	assert.NotContains(t, attrs, "gen_ai.usage.input_tokens")
	assert.NotContains(t, attrs, "spanledger.usage.source")
	assert.NotContains(t, s.metrics(t), "gen_ai.client.inference.usage.input_tokens")
}

func TestBatch_AResultIsBilledOnceHoweverOftenItIsDownloaded(t *testing.T) {
	var calls []otelgenai.Call
	s := newSignals(otelgenai.WithBatchResults(), otelgenai.WithCallObserver(func(_ context.Context, c otelgenai.Call) {
		if c.Operation == "chat" {
			calls = append(calls, c)
		}
	}))
	client, sent := batchClient(s)
	body := results(t, "anthropic")
	cut := strings.LastIndex(body, `"usage"`)
	download(t, client, anthropicResults, sent, io.MultiReader(strings.NewReader(body[:cut]), failing{errors.New("connection reset")}))
	require.Len(t, calls, 1, "a result that is cut off is not billed")
	download(t, client, anthropicResults, sent, strings.NewReader(body))
	require.Len(t, calls, 2, "the one that was cut off is")
	download(t, client, anthropicResults, sent, strings.NewReader(body))
	require.Len(t, calls, 2)

	assert.Equal(t, usage.Counts{usage.Input: 2059, usage.Output: 36, usage.CacheRead: 2048}, calls[0].Usage)
	assert.Equal(t, "batch", calls[0].ServedTier)
	batch := calls[0].ForPricing()
	batch.Start = calls[0].Start
	standard := *batch
	standard.ServedTier = "standard"
	half := pricing.Default().Price(batch)
	require.Equal(t, pricing.Priced, half.Status)
	full := pricing.Default().Price(&standard)
	assert.Equal(t, full.Amount.String(), half.Amount.Add(half.Amount).String(), "at half the price")

	ended := s.spans.Ended()
	require.Len(t, ended, 5, "three downloads, two results")
	attrs := toMap(ended[0].Attributes())
	assert.Equal(t, "batch", attrs["spanledger.claim"], "by which the ledger knows what others download again")
	assert.Equal(t, "msgbatch_1", attrs["spanledger.batch.id"])
	assert.NotEmpty(t, attrs["gen_ai.response.id"])
	assert.NotContains(t, toMap(ended[1].Attributes()), "spanledger.claim")
	assert.Equal(t, ended[1].SpanContext().SpanID(), ended[0].Parent().SpanID(), "a result is below its download")
}

func TestBatch_ResultsOfEveryAPIOfABatch(t *testing.T) {
	s := newSignals(otelgenai.WithBatchResults())
	client, sent := batchClient(s)
	download(t, client, openAIResults, sent, strings.NewReader(results(t, "openai")))
	download(t, client, openAIResults, sent, strings.NewReader("%PDF-1.7\n\x00\xff{\"response\":"))
	var names []string
	for _, span := range s.spans.Ended() {
		names = append(names, span.Name())
	}
	assert.Equal(t, []string{"chat", "chat", "embeddings", "fetch_response", "fetch_response"}, names)
}
