package fakevendor_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/spanledger/spanledger/collector/internal/fakevendor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, opts fakevendor.Options) *fakevendor.Server {
	t.Helper()
	s, err := fakevendor.Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		require.NoError(t, s.Close())
	})
	return s
}

func post(t *testing.T, url, body string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer test")
	req.Header.Set("X-Api-Key", "test")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res, b, err
}

func TestFakeVendor_RecordAgreesWithWhatTheClientReceived(t *testing.T) {
	for _, tc := range []struct {
		name, path, body string
		check            func(*testing.T, fakevendor.Served, map[string]any)
	}{
		{"chat completions", "/v1/chat/completions", `{"model":"gpt-5","messages":[{"role":"user","content":"hello"}]}`,
			func(t *testing.T, c fakevendor.Served, body map[string]any) {
				u := body["usage"].(map[string]any)
				require.EqualValues(t, c.Usage.Input, u["prompt_tokens"])
				require.EqualValues(t, c.Usage.Output, u["completion_tokens"])
				require.EqualValues(t, c.Usage.Reasoning, u["completion_tokens_details"].(map[string]any)["reasoning_tokens"])
				require.Positive(t, c.Usage.Reasoning)
				require.Equal(t, "gpt-5-2025-08-07", body["model"])
				require.Equal(t, c.ResponseID, body["id"])
			}},
		{"responses", "/v1/responses", `{"model":"gpt-4o","input":"hello"}`,
			func(t *testing.T, c fakevendor.Served, body map[string]any) {
				u := body["usage"].(map[string]any)
				require.EqualValues(t, c.Usage.Input, u["input_tokens"])
				require.EqualValues(t, c.Usage.CacheRead, u["input_tokens_details"].(map[string]any)["cached_tokens"])
				require.Equal(t, c.ResponseID, body["id"])
				require.Equal(t, "completed", body["status"])
			}},
		{"embeddings", "/v1/embeddings", `{"model":"text-embedding-3-small","input":["a","b"],"dimensions":8}`,
			func(t *testing.T, c fakevendor.Served, body map[string]any) {
				require.Len(t, body["data"], 2)
				require.EqualValues(t, c.Usage.Input, body["usage"].(map[string]any)["prompt_tokens"])
				require.Zero(t, c.Usage.Output)
			}},
		{"messages", "/v1/messages", `{"model":"claude-sonnet-4-5","max_tokens":4000,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":"hello"}]}`,
			func(t *testing.T, c fakevendor.Served, body map[string]any) {
				u := body["usage"].(map[string]any)
				sum := u["input_tokens"].(float64) + u["cache_read_input_tokens"].(float64) + u["cache_creation_input_tokens"].(float64)
				require.EqualValues(t, c.Usage.Input, sum, "input_tokens excludes the cache on the wire")
				require.Positive(t, c.Usage.CacheRead+c.Usage.CacheWrite1h)
				require.Zero(t, c.Usage.CacheWrite5m)
				require.Equal(t, "end_turn", body["stop_reason"])
			}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := start(t, fakevendor.Options{Seed: 7})
			res, raw, err := post(t, s.URL()+tc.path, tc.body)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, res.StatusCode, string(raw))
			var body map[string]any
			require.NoError(t, json.Unmarshal(raw, &body))
			served := s.Served()
			require.Len(t, served, 1)
			require.True(t, served[0].UsageSent)
			require.False(t, served[0].Aborted)
			tc.check(t, served[0], body)
			require.Equal(t, served[0].Usage, s.Total())
		})
	}
}

func events(t *testing.T, raw []byte) (names, data []string) {
	t.Helper()
	sc := bufio.NewScanner(bytes.NewReader(raw))
	for sc.Scan() {
		if v, ok := strings.CutPrefix(sc.Text(), "event: "); ok {
			names = append(names, v)
		}
		if v, ok := strings.CutPrefix(sc.Text(), "data: "); ok {
			data = append(data, v)
		}
	}
	return names, data
}

func TestFakeVendor_OpenAIChatStreamsReportUsageOnlyWhenAsked(t *testing.T) {
	for name, tc := range map[string]struct {
		options string
		told    bool
	}{
		"include_usage set":    {`,"stream_options":{"include_usage":true}`, true},
		"include_usage absent": {``, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, fakevendor.Options{})
			_, raw, err := post(t, s.OpenAIURL()+"/chat/completions", `{"model":"gpt-4o","stream":true,"messages":[]`+tc.options+`}`)
			require.NoError(t, err)
			_, data := events(t, raw)
			require.Equal(t, "[DONE]", data[len(data)-1])
			require.Equal(t, tc.told, strings.Contains(string(raw), `"prompt_tokens"`))
			require.Equal(t, tc.told, s.Served()[0].UsageSent)
			require.Positive(t, s.Served()[0].Usage.Output, "the vendor bills either way")
		})
	}
}

func TestFakeVendor_StreamsHaveTheVendorsOrderOfEvents(t *testing.T) {
	s := start(t, fakevendor.Options{Chunks: 2})
	_, raw, err := post(t, s.AnthropicURL()+"/v1/messages", `{"model":"claude-haiku-4-5","max_tokens":900,"stream":true,"messages":[{"role":"user","content":"hi"}]}`)
	require.NoError(t, err)
	names, _ := events(t, raw)
	require.Equal(t, []string{
		"message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta",
		"content_block_stop", "message_delta", "message_stop",
	}, names)

	_, raw, err = post(t, s.OpenAIURL()+"/responses", `{"model":"gpt-4o","stream":true,"input":"hi"}`)
	require.NoError(t, err)
	names, _ = events(t, raw)
	require.Equal(t, []string{
		"response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
		"response.output_text.delta", "response.output_text.delta", "response.output_text.done",
		"response.content_part.done", "response.output_item.done", "response.completed",
	}, names)
}

func TestFakeVendor_ToolsAreCalledUntilTheirResultIsInThePrompt(t *testing.T) {
	s := start(t, fakevendor.Options{})
	const tools = `"tools":[{"type":"function","function":{"name":"search","parameters":{"type":"object","properties":{"query":{"type":"string"},"limit":{"type":"integer"}}}}}]`
	_, raw, err := post(t, s.OpenAIURL()+"/chat/completions", `{"model":"gpt-4o","messages":[{"role":"user","content":"find"}],`+tools+`}`)
	require.NoError(t, err)
	var body struct {
		Choices []struct {
			FinishReason string `json:"finish_reason"`
			Message      struct {
				ToolCalls []struct {
					ID       string
					Function struct{ Name, Arguments string }
				} `json:"tool_calls"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(raw, &body))
	require.Equal(t, "tool_calls", body.Choices[0].FinishReason)
	call := body.Choices[0].Message.ToolCalls[0]
	require.Equal(t, "search", call.Function.Name)
	var args struct {
		Query string
		Limit int
	}
	require.NoError(t, json.Unmarshal([]byte(call.Function.Arguments), &args))
	require.NotEmpty(t, args.Query)
	require.Positive(t, args.Limit)

	_, raw, err = post(t, s.OpenAIURL()+"/chat/completions", `{"model":"gpt-4o","messages":[{"role":"tool","tool_call_id":"x","content":"found"}],`+tools+`}`)
	require.NoError(t, err)
	require.Contains(t, string(raw), `"finish_reason":"stop"`)
}

func TestFakeVendor_ErrorsHaveTheVendorsShape(t *testing.T) {
	for name, tc := range map[string]struct {
		faults fakevendor.Faults
		path   string
		status int
		want   string
	}{
		"OpenAI 429":    {fakevendor.Faults{RateLimited: 1}, "/v1/chat/completions", 429, `"code":"rate_limit_exceeded"`},
		"OpenAI 500":    {fakevendor.Faults{ServerError: 1}, "/v1/responses", 500, `"type":"server_error"`},
		"OpenAI 503":    {fakevendor.Faults{Overloaded: 1}, "/v1/embeddings", 503, `overloaded`},
		"Anthropic 429": {fakevendor.Faults{RateLimited: 1}, "/v1/messages", 429, `"type":"rate_limit_error"`},
		"Anthropic 500": {fakevendor.Faults{ServerError: 1}, "/v1/messages", 500, `"type":"api_error"`},
		"Anthropic 529": {fakevendor.Faults{Overloaded: 1}, "/v1/messages", 529, `"type":"overloaded_error"`},
	} {
		t.Run(name, func(t *testing.T) {
			tc.faults.RetryAfter = 1500 * time.Millisecond
			s := start(t, fakevendor.Options{Faults: tc.faults})
			res, raw, err := post(t, s.URL()+tc.path, `{"model":"m"}`)
			require.NoError(t, err)
			require.Equal(t, tc.status, res.StatusCode)
			require.Contains(t, string(raw), tc.want)
			if tc.status == 429 {
				require.Equal(t, "2", res.Header.Get("Retry-After"))
				require.Equal(t, "1500", res.Header.Get("Retry-After-Ms"))
			}
			c := s.Served()[0]
			require.Equal(t, tc.status, c.Status)
			require.NotEmpty(t, c.ErrorType)
			require.Zero(t, c.Usage)
		})
	}
}

func TestFakeVendor_ARequestThatIsWrongIsRefusedAndCounted(t *testing.T) {
	s := start(t, fakevendor.Options{})
	res, _, err := post(t, s.OpenAIURL()+"/chat/completions", `{"model":`)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	res, err = http.Post(s.AnthropicURL()+"/v1/messages", "application/json", strings.NewReader(`{"model":"m"}`))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	res, _, err = post(t, s.OpenAIURL()+"/nowhere", `{}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Len(t, s.Served(), 2, "an unknown path is no call")
}

func TestFakeVendor_DamageReachesTheClient(t *testing.T) {
	for name, body := range map[string]string{
		"whole":  `{"model":"gpt-4o","messages":[]}`,
		"stream": `{"model":"gpt-4o","messages":[],"stream":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			damaging := func(d fakevendor.Damage) *fakevendor.Server {
				return start(t, fakevendor.Options{Adjust: func(_ fakevendor.Request, a *fakevendor.Answer) { a.Damage = d }})
			}
			cut := damaging(fakevendor.CutShort)
			_, _, err := post(t, cut.OpenAIURL()+"/chat/completions", body)
			require.Error(t, err)
			require.True(t, cut.Served()[0].Aborted)

			malformed := damaging(fakevendor.Malformed)
			_, raw, err := post(t, malformed.OpenAIURL()+"/chat/completions", body)
			require.NoError(t, err)
			require.False(t, json.Valid(raw))
			require.False(t, malformed.Served()[0].Aborted)
		})
	}
}

func TestFakeVendor_TheSeedDecidesWhateverTheOrderOfArrival(t *testing.T) {
	run := func(parallel int) map[string]fakevendor.Usage {
		s := start(t, fakevendor.Options{Seed: 42, Faults: fakevendor.Faults{RateLimited: 0.1, ServerError: 0.1}})
		var wg sync.WaitGroup
		slots := make(chan struct{}, parallel)
		for i := range 40 {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				body := `{"model":"gpt-5","messages":[{"role":"user","content":"` + strings.Repeat("x", i%20) + `"}]}`
				_, _, _ = post(t, s.OpenAIURL()+"/chat/completions", body)
			})
		}
		wg.Wait()
		out := make(map[string]fakevendor.Usage)
		for _, c := range s.Served() {
			out[c.RequestID] = c.Usage
		}
		return out
	}
	require.Equal(t, run(1), run(8))
}
