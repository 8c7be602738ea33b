package otelgenai_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/tracing"
)

func TestSession_EachRealtimeResponseIsACall(t *testing.T) {
	s := newSignals()
	ctx := tracing.WithAttribution(context.Background(), tracing.Attribution{User: "u"})
	session := s.transport(nil).Session(ctx, "wss://api.openai.com/v1/realtime?model=gpt-realtime")
	session.Received([]byte(`{"type":"session.created","session":{"id":"sess_1","model":"gpt-realtime-2025-08-28"}}`))
	for _, id := range []string{"resp_1", "resp_2"} {
		session.Sent([]byte(`{"type":"response.create"}`))
		session.Received([]byte(`{"type":"response.created","response":{"id":"` + id + `","status":"in_progress"}}`))
		session.Received([]byte(`{"type":"response.output_audio.delta","response_id":"` + id + `","delta":"AAAA"}`))
		session.Received([]byte(`{"type":"rate_limits.updated"}`))
		session.Received([]byte(`{"type":"response.done","response":{"id":"` + id + `","status":"completed","usage":{"total_tokens":253,"input_tokens":132,"output_tokens":121,
			"input_token_details":{"text_tokens":119,"audio_tokens":13,"image_tokens":0,"cached_tokens":64,"cached_tokens_details":{"text_tokens":64,"audio_tokens":0}},
			"output_token_details":{"text_tokens":30,"audio_tokens":91}}}}`))
	}
	session.Close()
	spans := s.spans.Ended()
	require.Len(t, spans, 2)
	attrs := toMap(spans[1].Attributes())
	for key, want := range map[string]any{
		"gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-realtime-2025-08-28", "gen_ai.response.id": "resp_2",
		"gen_ai.usage.input_tokens": int64(132), "gen_ai.usage.output_tokens": int64(121), "gen_ai.usage.audio.output_tokens": int64(91),
		"gen_ai.usage.cache_read.input_tokens": int64(64), "user.id": "u", "server.address": "api.openai.com", "server.port": int64(443),
	} {
		assert.Equal(t, want, attrs[key], key)
	}
	assert.NotContains(t, attrs, "spanledger.stream.aborted")
}

func TestSession_ResponsesAndGeminiLive(t *testing.T) {
	s := newSignals()
	session := s.transport(nil).Session(context.Background(), "wss://api.openai.com/v1/responses")
	session.Sent([]byte(`{"type":"response.create","model":"gpt-5.2","input":"x"}`))
	session.Received([]byte(`{"type":"response.completed","response":{"id":"resp_1","model":"gpt-5.2-2025-12-11","status":"completed","usage":{"input_tokens":8,"output_tokens":3,"total_tokens":11}}}`))
	session.Close()
	attrs := s.attrs(t)
	assert.Equal(t, "gpt-5.2", attrs["gen_ai.request.model"])
	assert.Equal(t, int64(8), attrs["gen_ai.usage.input_tokens"])

	s = newSignals()
	session = s.transport(nil).Session(context.Background(), "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent")
	session.Sent([]byte(`{"setup":{"model":"models/gemini-live-2.5-flash"}}`))
	session.Received([]byte(`{"setupComplete":{}}`))
	session.Received([]byte(`{"serverContent":{"modelTurn":{"parts":[{"text":"Hi"}]}}}`))
	session.Received([]byte(`{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":13,"responseTokenCount":5,"totalTokenCount":18,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":13}],"responseTokensDetails":[{"modality":"AUDIO","tokenCount":5}]}}`))
	session.Close()
	attrs = s.attrs(t)
	for key, want := range map[string]any{
		"gen_ai.provider.name": "gcp.gemini", "gen_ai.request.model": "gemini-live-2.5-flash",
		"gen_ai.usage.input_tokens": int64(13), "gen_ai.usage.output_tokens": int64(5),
		"gen_ai.usage.audio.input_tokens": int64(13), "gen_ai.usage.audio.output_tokens": int64(5),
	} {
		assert.Equal(t, want, attrs[key], key)
	}
}

// The shapes are those of recordings of pydantic-ai (tests/realtime/cassettes).
func TestSession_OfXAIAndOfGeminiByAPath(t *testing.T) {
	s := newSignals()
	session := s.transport(nil).Session(context.Background(), "wss://api.x.ai/v1/realtime?model=grok-voice-think-fast-1.0")
	session.Sent([]byte(`{"type":"response.create"}`))
	session.Received([]byte(`{"type":"response.created","response":{"id":"r1"}}`))
	session.Received([]byte(`{"type":"response.done","response":{"id":"r1","output":[],"status":"completed","usage":{}},"response_id":"r1",
		"usage":{"input_tokens":8,"input_token_details":{"text_tokens":8,"audio_tokens":0,"grok_tokens":0},"output_tokens":249,
		"output_token_details":{"text_tokens":18,"audio_tokens":231,"grok_tokens":0},"total_tokens":257,"output_audio_seconds":4.6075,"billable_audio_seconds":2}}`))
	session.Close()
	attrs := s.attrs(t)
	for key, want := range map[string]any{
		"gen_ai.provider.name": "x_ai", "gen_ai.usage.input_tokens": int64(8), "gen_ai.usage.output_tokens": int64(249),
		"gen_ai.usage.audio.output_tokens": int64(231), "spanledger.usage.audio.seconds": int64(2),
	} {
		assert.Equal(t, want, attrs[key], key)
	}

	s = newSignals()
	session = s.transport(nil).Session(context.Background(), "wss://us-central1-aiplatform.googleapis.com/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent")
	session.Sent([]byte(`{"setup":{"model":"projects/p/locations/us-central1/publishers/google/models/gemini-live-2.5-flash"}}`))
	session.Received([]byte(`{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":12,"responseTokenCount":3,"totalTokenCount":15}}`))
	session.Close()
	assert.Equal(t, "gemini-live-2.5-flash", s.attrs(t)["gen_ai.request.model"])
}

func TestSession_OneThatIsCutIsAbortedAndOneOfAnotherAPIRecordsNothing(t *testing.T) {
	s := newSignals()
	session := s.transport(nil).Session(context.Background(), "wss://api.openai.com/v1/realtime?model=gpt-realtime")
	session.Received([]byte(`{"type":"response.created","response":{"id":"resp_1"}}`))
	session.Received([]byte(`not JSON`))
	session.Close()
	session.Received([]byte(`{"type":"response.created","response":{"id":"resp_2"}}`))
	assert.Equal(t, true, s.attrs(t)["spanledger.stream.aborted"])

	s = newSignals()
	for _, address := range []string{"wss://chat.example.com/socket", "://", "wss://api.openai.com/v1/other"} {
		session = s.transport(nil).Session(context.Background(), address)
		session.Sent([]byte(`{"type":"response.create"}`))
		session.Received([]byte(`{"type":"response.created","response":{"id":"resp_2"}}`))
		session.Close()
	}
	assert.Empty(t, s.spans.Started())
}
