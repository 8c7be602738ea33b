package otelgenai_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// Frames of HTTP/2 (RFC 9113) that refusingServer reads and writes.
const (
	frameData      = 0
	frameHeaders   = 1
	frameReset     = 3
	frameSettings  = 4
	framePing      = 6
	flagEnd        = 1 // of data; of settings and pings: an acknowledgement
	flagEndHeaders = 4
	refusedStream  = 7
)

// refusingServer speaks HTTP/2 without TLS. It refuses the first stream, once it has
// its whole body or, if early, at its headers, and answers each other one.
func refusingServer(t *testing.T, early bool, answer string) (url string, bodies <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	got := make(chan string, 2)
	go func() {
		var refused uint32 // the stream that was refused; 0 is none
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serveRefusing(conn, early, answer, &refused, got)
			}()
		}
	}()
	return "http://" + listener.Addr().String(), got
}

func serveRefusing(conn net.Conn, early bool, answer string, refused *uint32, got chan<- string) {
	write := func(kind, flags byte, stream uint32, payload []byte) {
		frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
		frame = binary.BigEndian.AppendUint32(append(frame, flags), stream)
		_, _ = conn.Write(append(frame, payload...))
	}
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	write(frameSettings, 0, 0, nil)
	bodies := map[uint32][]byte{}
	for {
		var head [9]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		payload := make([]byte, binary.BigEndian.Uint32(head[:4])>>8)
		if _, err := io.ReadFull(conn, payload); err != nil {
			return
		}
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch kind {
		case frameSettings:
			if flags&flagEnd == 0 {
				write(kind, flagEnd, 0, nil)
			}
		case framePing:
			write(kind, flagEnd, 0, payload)
		case frameHeaders:
			if early && *refused == 0 {
				*refused = stream
				write(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, refusedStream))
			}
		case frameData:
			bodies[stream] = append(bodies[stream], payload...)
			if flags&flagEnd == 0 {
				continue
			}
			if *refused == stream {
				continue // sent before the client had read that it is refused
			}
			if *refused == 0 {
				*refused = stream
				write(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, refusedStream))
				continue
			}
			got <- string(bodies[stream])
			const contentType = "application/json"
			// :status 200, and content-type as a literal (RFC 7541).
			write(frameHeaders, flagEndHeaders, stream, append([]byte{0x88, 0x0f, 0x10, byte(len(contentType))}, contentType...))
			write(frameData, flagEnd, stream, []byte(answer))
		}
	}
}

// net/http itself sends the request again on a stream of its own.
func TestRequestBody_OfAStreamThatIsRefusedIsReadAgain(t *testing.T) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	file, err := w.CreateFormFile("file", "speech.wav")
	require.NoError(t, err)
	_, _ = file.Write(bytes.Repeat([]byte("\r\n--\x00"), 1000))
	require.NoError(t, w.WriteField("model", "whisper-1"))
	require.NoError(t, w.Close())

	for name, tc := range map[string]struct {
		path, contentType, body, answer, model string
		early                                  bool
	}{
		"a form, after its body": {"/v1/audio/transcriptions", w.FormDataContentType(), form.String(), `{"text":"Imagine","usage":{"type":"duration","seconds":3}}`, "whisper-1", false},
		"a form, at its headers": {"/v1/audio/transcriptions", w.FormDataContentType(), form.String(), `{"text":"Imagine","usage":{"type":"duration","seconds":3}}`, "whisper-1", true},
		"JSON, after its body":   {"/v1/chat/completions", "application/json", chatRequest, chatResponse, "gpt-4o-mini", false},
		"JSON, at its headers":   {"/v1/chat/completions", "application/json", chatRequest, chatResponse, "gpt-4o-mini", true},
	} {
		t.Run(name, func(t *testing.T) {
			url, bodies := refusingServer(t, tc.early, tc.answer)
			base := &http.Transport{Protocols: new(http.Protocols)}
			base.Protocols.SetUnencryptedHTTP2(true)
			t.Cleanup(base.CloseIdleConnections)
			s := newSignals()
			resp, err := s.client(otelgenai.OpenAI, base).Transport.RoundTrip(rewindingForm(t, url+tc.path, tc.contentType, tc.body))
			require.NoError(t, err)
			assert.Equal(t, 2, resp.ProtoMajor)
			assert.Equal(t, tc.answer, readAll(t, resp))
			assert.Equal(t, tc.body, <-bodies, "the vendor gets what was sent")
			assert.Equal(t, tc.model, s.attrs(t)["gen_ai.request.model"])
			assert.NotContains(t, s.attrs(t), "error.type")
			assert.Len(t, s.spans.Ended(), 1)
		})
	}
}

func rewindingForm(t *testing.T, url, contentType, body string) *http.Request {
	req := rewinding(t, url, body)
	req.Header.Set("Content-Type", contentType)
	return req
}

// Which of its errors net/http returns at the Timeout of a client depends on what
// notices first.
func TestErrorType_OfTheTimeoutOfAClient(t *testing.T) {
	for name, begun := range map[string]bool{"before an answer": false, "inside an answer": true} {
		t.Run(name, func(t *testing.T) {
			gone := make(chan struct{})
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if begun {
					w.Header().Set("Content-Type", "text/event-stream")
					_, _ = io.WriteString(w, chatStream[:200])
					w.(http.Flusher).Flush()
				}
				select {
				case <-r.Context().Done():
				case <-gone:
				}
			}))
			t.Cleanup(srv.Close)
			t.Cleanup(func() { close(gone) })
			for range 30 {
				s := newSignals()
				client := s.client(otelgenai.OpenAI, nil)
				client.Timeout = 5 * time.Millisecond
				if begun {
					client.Timeout = 50 * time.Millisecond
				}
				req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, srv.URL+"/v1/chat/completions", strings.NewReader(streamRequest))
				require.NoError(t, err)
				resp, err := client.Do(req)
				if begun {
					require.NoError(t, err)
					_, err = io.ReadAll(resp.Body)
					require.NoError(t, resp.Body.Close())
				}
				var timeout net.Error
				require.True(t, errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
				assert.Equal(t, "timeout", s.attrs(t)["error.type"])
			}
		})
	}
}
