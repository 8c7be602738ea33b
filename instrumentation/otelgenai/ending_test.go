package otelgenai_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// endsAtOnce answers with a body whose last bytes come with its end.
func endsAtOnce(contentType, body string) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Header: http.Header{"Content-Type": {contentType}},
			Body: io.NopCloser(iotest.DataErrReader(strings.NewReader(body))),
		}, nil
	}
}

func (s *signals) answer(t *testing.T, base http.RoundTripper, request string) *http.Response {
	t.Helper()
	req := newPost(t, "https://api.openai.com/v1/chat/completions", strings.NewReader(request))
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	return resp
}

const streamRequest = `{"model":"gpt-4o-mini","stream":true}`

func TestEnding_TheLastBytesOfAStreamDoNotWaitForTheRecord(t *testing.T) {
	s := newSignals()
	resp := s.answer(t, endsAtOnce("text/event-stream", chatStream), streamRequest)
	buf := make([]byte, 2*len(chatStream))
	n, err := resp.Body.Read(buf)
	require.NoError(t, err)
	assert.Equal(t, chatStream, string(buf[:n]))
	assert.Empty(t, s.spans.Ended(), "the caller has the bytes first")
	received := time.Now()

	n, err = resp.Body.Read(buf)
	assert.Zero(t, n)
	assert.Equal(t, io.EOF, err)
	assert.False(t, s.span(t).EndTime().After(received), "the span ends with the last bytes")
	assert.Equal(t, int64(9), s.attrs(t)["gen_ai.usage.input_tokens"])
	assert.NotContains(t, s.attrs(t), "spanledger.stream.aborted")

	_, err = resp.Body.Read(buf)
	assert.Equal(t, io.EOF, err, "and again")
	require.NoError(t, resp.Body.Close())
	assert.Len(t, s.spans.Ended(), 1)
}

func TestEnding_AStreamThatIsClosedAtItsLastByteIsComplete(t *testing.T) {
	s := newSignals()
	resp := s.answer(t, endsAtOnce("text/event-stream", chatStream), streamRequest)
	_, err := io.ReadFull(resp.Body, make([]byte, len(chatStream)))
	require.NoError(t, err)
	received := time.Now()
	require.NoError(t, resp.Body.Close())
	assert.False(t, s.span(t).EndTime().After(received))
	assert.Equal(t, int64(9), s.attrs(t)["gen_ai.usage.input_tokens"])
	assert.NotContains(t, s.attrs(t), "spanledger.stream.aborted")
}

func TestEnding_AnErrorThatComesWithBytesOfAStreamFollowsThem(t *testing.T) {
	boom := errors.New("boom")
	for name, end := range map[string]func(io.ReadCloser) error{
		"when the caller reads on": func(r io.ReadCloser) error {
			n, err := r.Read(make([]byte, 10))
			assert.Zero(t, n)
			assert.True(t, boom == err, "the very error")
			return r.Close()
		},
		"when the caller closes": io.ReadCloser.Close,
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			cut := iotest.DataErrReader(io.MultiReader(strings.NewReader(chatStream[:200]), iotest.ErrReader(boom)))
			resp := s.answer(t, roundTripper(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(cut)}, nil
			}), streamRequest)
			n, err := io.ReadFull(resp.Body, make([]byte, 200))
			require.NoError(t, err)
			require.Equal(t, 200, n)
			require.NoError(t, end(resp.Body))
			assert.Equal(t, "_OTHER", s.attrs(t)["error.type"])
			assert.Equal(t, true, s.attrs(t)["spanledger.stream.aborted"])
		})
	}
}

func TestEnding_AWholeAnswerIsRecordedAtItsLastByte(t *testing.T) {
	s := newSignals()
	resp := s.answer(t, endsAtOnce("application/json", chatResponse), chatRequest)
	var answer struct{ ID string }
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	assert.Equal(t, "chatcmpl-1", answer.ID)
	assert.Equal(t, int64(1000), s.attrs(t)["gen_ai.usage.input_tokens"], "a caller may forget to read on and to close")
	require.NoError(t, resp.Body.Close())
}

func TestEnding_AnAbandonedStreamIsRecorded(t *testing.T) {
	for name, tc := range map[string]struct {
		read    int
		aborted any
	}{
		"at its last byte":     {len(chatStream), nil},
		"before its last byte": {200, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals()
			_, err := io.ReadFull(s.answer(t, endsAtOnce("text/event-stream", chatStream), streamRequest).Body, make([]byte, tc.read))
			require.NoError(t, err)
			received := time.Now()
			require.Eventually(t, func() bool {
				runtime.GC()
				return len(s.spans.Ended()) == 1
			}, 10*time.Second, time.Millisecond)
			assert.False(t, s.span(t).EndTime().After(received), "not when the garbage was collected")
			assert.Equal(t, tc.aborted, s.attrs(t)["spanledger.stream.aborted"])
		})
	}
}

func TestEnding_ABodyThatIsUsedAfterItsEndLeavesOtherCallsAlone(t *testing.T) {
	s := newSignals()
	for range 20 { // one of them is given the memory of the call before
		over := s.answer(t, endsAtOnce("application/json", chatResponse), chatRequest)
		_, err := io.ReadAll(over.Body)
		require.NoError(t, err)
		ended := len(s.spans.Ended())

		next := s.answer(t, endsAtOnce("application/json", chatResponse), chatRequest)
		require.NoError(t, over.Body.Close())
		_, err = over.Body.Read(make([]byte, 10))
		assert.Equal(t, io.EOF, err)
		assert.Len(t, s.spans.Ended(), ended, "the next call goes on")

		_, err = io.ReadAll(next.Body)
		require.NoError(t, err)
		assert.Len(t, s.spans.Ended(), ended+1)
		require.NoError(t, next.Body.Close())
	}
	for _, span := range s.spans.Ended() {
		assert.Contains(t, span.Attributes(), attribute.Int("gen_ai.usage.input_tokens", 1000))
	}
}
