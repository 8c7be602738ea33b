package otelgenai_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestAFormIsSentAsItIsAndReadOnItsWay(t *testing.T) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	file, err := w.CreateFormFile("file", "speech.wav")
	require.NoError(t, err)
	_, _ = file.Write(bytes.Repeat([]byte("\r\n--\x00"), 1<<20))
	require.NoError(t, w.WriteField("model", "whisper-1"))
	require.NoError(t, w.Close())
	want := form.String()

	var got []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
		assert.Equal(t, int64(len(want)), r.ContentLength)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"text":"Imagine","usage":{"type":"duration","seconds":3}}`)
	}))
	t.Cleanup(srv.Close)
	s := newSignals(otelgenai.WithStreamUsage())
	resp, err := s.client(otelgenai.OpenAI, nil).Post(srv.URL+"/v1/audio/transcriptions", w.FormDataContentType(), &form)
	require.NoError(t, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	require.NoError(t, resp.Body.Close())
	assert.True(t, want == string(got), "the vendor gets what was sent")
	assert.Equal(t, "whisper-1", s.attrs(t)["gen_ai.request.model"])
	assert.Equal(t, "generate_content whisper-1", s.span(t).Name())
}

// A vendor may answer while it is still reading; run with -race.
func TestAnAnswerThatOvertakesItsRequest(t *testing.T) {
	s := newSignals()
	sent := make(chan struct{})
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		go func() {
			defer close(sent)
			_, _ = io.Copy(io.Discard, r.Body)
			_ = r.Body.Close()
		}()
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(chatStream))}, nil
	})
	body := io.MultiReader(strings.NewReader(`{"model":"m",`), strings.NewReader(strings.Repeat(" ", 1<<20)+`"stream":true}`))
	req, err := http.NewRequest(http.MethodPost, "https://api.openai.com/v1/chat/completions", body)
	require.NoError(t, err)
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, chatStream, string(got))
	<-sent
	assert.Equal(t, int64(9), s.attrs(t)["gen_ai.usage.input_tokens"])
}
