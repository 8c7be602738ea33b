package otelgenai_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

func TestRequest_AFormIsSentAsItIsAndReadOnItsWay(t *testing.T) {
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
	drain(t, resp)
	assert.True(t, want == string(got), "the vendor gets what was sent")
	assert.Equal(t, "whisper-1", s.attrs(t)["gen_ai.request.model"])
	assert.Equal(t, "generate_content whisper-1", s.span(t).Name())
}

// A vendor may answer while it is still reading; run with -race.
func TestRequest_AnAnswerMayOvertakeIt(t *testing.T) {
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
	req := newPost(t, "https://api.openai.com/v1/chat/completions", body)
	resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
	require.NoError(t, err)
	got := readAll(t, resp)
	assert.Equal(t, chatStream, got)
	<-sent
	assert.Equal(t, int64(9), s.attrs(t)["gen_ai.usage.input_tokens"])
}

// passing is a body that is not known to be in memory.
type passing struct{ io.Reader }

func (passing) Close() error { return nil }

// rewinding is a request whose GetBody sets back the reader that Body reads, as
// SDKs make them of readers that can seek.
func rewinding(t *testing.T, url, body string) *http.Request {
	t.Helper()
	r := strings.NewReader(body)
	req := newPost(t, url, nil)
	req.Header.Set("Content-Type", "application/json")
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) {
		_, err := r.Seek(0, io.SeekStart)
		return passing{r}, err
	}
	sent, err := req.GetBody()
	require.NoError(t, err)
	req.Body = sent
	return req
}

func TestRequestBody_IsNotReadAheadOfTheSend(t *testing.T) {
	for name, opts := range map[string][]otelgenai.Option{
		"with no options":   nil,
		"with every reader": {otelgenai.WithContentCapture(otelgenai.SpanOnly), otelgenai.WithPromptHash(nil), otelgenai.WithStreamUsage()},
		"with an guard that asks for no model": {otelgenai.WithGuard(func(context.Context, otelgenai.PendingCall) ([]attribute.KeyValue, error) {
			return nil, nil
		})},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals(opts...)
			reads, copies := 0, 0
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				assert.Zero(t, reads, "the body is read before the transport reads it")
				assert.Zero(t, copies, "GetBody is called before the transport calls it")
				got, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, chatRequest, string(got))
				return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(chatResponse))}, nil
			})
			req, err := http.NewRequest(http.MethodPost, "https://api.openai.com/v1/chat/completions", readFunc(func(r io.Reader) func([]byte) (int, error) {
				return func(p []byte) (int, error) { reads++; return r.Read(p) }
			}(strings.NewReader(chatRequest))))
			require.NoError(t, err)
			req.GetBody = func() (io.ReadCloser, error) { copies++; return nil, errors.New("no copy") }
			resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
			require.NoError(t, err)
			drain(t, resp)
			assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"])
			assert.Equal(t, "chat gpt-4o-mini", s.span(t).Name())
		})
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// net/http sends the header of a request without flushing it where it knows the
// body to be in memory.
func TestRequestBody_InMemoryKeepsItsType(t *testing.T) {
	s := newSignals()
	bodies := []io.Reader{strings.NewReader(chatRequest), bytes.NewReader([]byte(chatRequest)), bytes.NewBufferString(chatRequest)}
	for _, body := range bodies {
		req := newPost(t, "https://api.openai.com/v1/chat/completions", body)
		base := roundTripper(func(r *http.Request) (*http.Response, error) {
			assert.IsType(t, req.Body, r.Body)
			got, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			assert.Equal(t, chatRequest, string(got))
			return nil, io.ErrClosedPipe
		})
		_, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
		require.ErrorIs(t, err, io.ErrClosedPipe)
	}
	for _, span := range s.spans.Ended() {
		assert.Equal(t, "chat gpt-4o-mini", span.Name())
	}
	assert.Len(t, s.spans.Ended(), len(bodies))
}

// sendsAgain gives a request up after some bytes and sends another body of it,
// as net/http does on a connection that turns out to be closed, or when a server
// refuses a stream.
func sendsAgain(t *testing.T, after int64) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.CopyN(io.Discard, r.Body, after)
		_ = r.Body.Close()
		body, err := r.GetBody()
		require.NoError(t, err)
		r = r.Clone(r.Context())
		r.Body = body
		return http.DefaultTransport.RoundTrip(r)
	})
}

func TestRequestBody_SentAgainIsReadAgain(t *testing.T) {
	for _, after := range []int64{0, 1, 40, int64(len(chatRequest))} {
		s := newSignals(otelgenai.WithContentCapture(otelgenai.SpanOnly))
		srv, got, sent := echo(t, "application/json", chatResponse)
		req := rewinding(t, srv.URL+"/v1/chat/completions", chatRequest)
		resp, err := s.client(otelgenai.OpenAI, sendsAgain(t, after)).Transport.RoundTrip(req)
		require.NoError(t, err)
		drain(t, resp)
		assert.Equal(t, int64(len(chatRequest)), got.ContentLength)
		assert.Equal(t, chatRequest, sent.String())
		assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"])
		assert.Equal(t, `[{"role":"user","parts":[{"type":"text","content":"hi"}]}]`, s.attrs(t)["gen_ai.input.messages"], "not the rest, which was given up")
	}
}

// A body that is sent again counts, even where it differs.
func TestRequestBody_TheLastOneSentCounts(t *testing.T) {
	s := newSignals()
	srv, _, _ := echo(t, "application/json", chatResponse)
	req := newPost(t, srv.URL+"/v1/chat/completions", passing{strings.NewReader(`{"model":"first"}`)})
	req.GetBody = func() (io.ReadCloser, error) { return passing{strings.NewReader(`{"model":"second"}`)}, nil }
	resp, err := s.client(otelgenai.OpenAI, sendsAgain(t, 17)).Transport.RoundTrip(req)
	require.NoError(t, err)
	drain(t, resp)
	assert.Equal(t, "second", s.attrs(t)["gen_ai.request.model"])
}

func TestRequestBody_WritesItselfWhereItDid(t *testing.T) {
	s := newSignals()
	body := strings.Repeat(" ", 100_000) + chatRequest // too long to be scanned before it is sent
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		require.Implements(t, (*io.WriterTo)(nil), r.Body)
		var got pieces
		n, err := r.Body.(io.WriterTo).WriteTo(&got)
		assert.NoError(t, err)
		assert.Equal(t, int64(len(body)), n)
		assert.Equal(t, pieces{body}, got, "in the pieces in which it would")
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(chatResponse))}, nil
	})
	post(t, context.Background(), s.client(otelgenai.OpenAI, base), "http://127.0.0.1/v1/chat/completions", body)
	assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"])
}

type pieces []string

func (p *pieces) Write(b []byte) (int, error) { *p = append(*p, string(b)); return len(b), nil }

func TestGuard_KnowsTheModelOfEveryBody(t *testing.T) {
	boom := errors.New("boom")
	for name, body := range map[string]io.Reader{
		"in memory":                   strings.NewReader(chatRequest),
		"in memory, large":            strings.NewReader(strings.Repeat(" ", 100_000) + chatRequest),
		"in pieces":                   iotest.OneByteReader(strings.NewReader(chatRequest)),
		"with a model behind 1 MB":    io.MultiReader(strings.NewReader(strings.Repeat(" ", 1<<20)), strings.NewReader(chatRequest)),
		"ending in an error":          io.MultiReader(strings.NewReader(chatRequest), failing{boom}),
		"whose end comes with a part": iotest.DataErrReader(strings.NewReader(chatRequest)),
	} {
		for _, refused := range []error{nil, fullError{errors.New("full")}} {
			t.Run(name, func(t *testing.T) {
				model := ""
				s := newSignals(otelgenai.WithGuard(func(_ context.Context, pending otelgenai.PendingCall) ([]attribute.KeyValue, error) {
					model = pending.RequestModel()
					return nil, refused
				}))
				req := newPost(t, "http://127.0.0.1/v1/chat/completions", body)
				base := roundTripper(func(r *http.Request) (*http.Response, error) {
					got, err := io.ReadAll(r.Body)
					assert.Equal(t, chatRequest, strings.TrimLeft(string(got), " "), "all of it is sent")
					return nil, err
				})
				_, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
				if refused != nil {
					require.ErrorIs(t, err, refused)
				} else if name == "ending in an error" {
					require.ErrorIs(t, err, boom)
				}
				assert.Equal(t, "gpt-4o-mini", model)
				assert.Equal(t, "gpt-4o-mini", s.attrs(t)["gen_ai.request.model"])
				if seeker, ok := body.(io.Seeker); ok {
					_, _ = seeker.Seek(0, io.SeekStart)
				}
			})
			if name != "in memory" && name != "in memory, large" {
				break // read up
			}
		}
	}
}

func TestStreamUsage_LeavesASignedBodyAlone(t *testing.T) {
	const request = `{"model":"m","stream":true}`
	for name, sign := range map[string]func(*http.Request){
		"by AWS":                   func(r *http.Request) { r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a, Signature=b") },
		"by AWS, its hash":         func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "abc") },
		"by AWS, in the address":   func(r *http.Request) { r.URL.RawQuery = "X-Amz-Signature=abc" },
		"by Azure":                 func(r *http.Request) { r.Header.Set("X-Ms-Content-Sha256", "abc") },
		"by a message signature":   func(r *http.Request) { r.Header.Set("Signature-Input", "sig1=()") },
		"by a digest":              func(r *http.Request) { r.Header.Set("Content-Digest", "sha-256=:x:") },
		"by a checksum at its end": func(r *http.Request) { r.Trailer = http.Header{"X-Amz-Checksum-Crc32": nil} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSignals(otelgenai.WithStreamUsage())
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				got, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, request, string(got))
				assert.Equal(t, int64(len(request)), r.ContentLength)
				return nil, io.ErrClosedPipe
			})
			req := newPost(t, "http://127.0.0.1/v1/chat/completions", strings.NewReader(request))
			sign(req)
			_, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(req)
			require.ErrorIs(t, err, io.ErrClosedPipe)
		})
	}
}

func TestStreamUsage_IsAskedForInEveryCopy(t *testing.T) {
	s := newSignals(otelgenai.WithStreamUsage())
	srv, got, sent := echo(t, "text/event-stream", chatStream)
	req := newPost(t, srv.URL+"/v1/chat/completions", strings.NewReader(`{"model":"m","stream":true}`))
	resp, err := s.client(otelgenai.OpenAI, sendsAgain(t, 3)).Transport.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.JSONEq(t, `{"stream_options":{"include_usage":true},"model":"m","stream":true}`, sent.String())
	assert.Equal(t, int64(sent.Len()), got.ContentLength)
}
