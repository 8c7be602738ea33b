package otelgenai_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// received holds what the server has of a request.
type received struct {
	Proto, Method, URI string
	Header             http.Header
	Length             int64
	Transfer           []string
	Body               string
	Err                string
}

// world has the servers of all cases.
type world struct {
	srv   *httptest.Server
	files string

	mu    sync.Mutex
	c     shape
	hits  int // of the running case
	got   []received
	peers map[string]bool
	runs  int // so far; requests that another has left behind are not counted

	used []*http.Transport // of the last runs
	open [2]atomic.Int64   // connections, bare and wrapped
}

// watch counts the connections of a transport, and closes those of transports
// used a while ago that were busy when their run ended.
func (w *world) watch(transport *http.Transport, wrapped bool) {
	open := &w.open[0]
	if wrapped {
		open = &w.open[1]
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		open.Add(1)
		return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { open.Add(-1) })}, nil
	}
	if w.used = append(w.used, transport); len(w.used) > 100 {
		w.closeIdle()
	}
}

func (w *world) closeIdle() {
	for _, transport := range w.used {
		transport.CloseIdleConnections()
	}
	w.used = nil
}

// requireClosed fails where connections through our transport are left open. A
// few stay with net/http alone too, where a request was cancelled.
func (w *world) requireClosed(t *testing.T, runs int) {
	t.Helper()
	w.closeIdle()
	few := int64(3 + runs/200)
	require.Eventually(t, func() bool { return w.open[1].Load() <= w.open[0].Load()+few }, 10*time.Second, 10*time.Millisecond,
		"more connections are left open than with net/http alone")
	t.Logf("connections left open: %d bare, %d wrapped", w.open[0].Load(), w.open[1].Load())
}

type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

func newWorld(t *testing.T) *world {
	w := &world{files: t.TempDir()}
	w.srv = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.srv.Config.Protocols = new(http.Protocols)
	w.srv.Config.Protocols.SetHTTP1(true)
	w.srv.Config.Protocols.SetUnencryptedHTTP2(true)
	w.srv.Start()
	t.Cleanup(w.srv.Close)
	return w
}

func (w *world) url(shape) string { return w.srv.URL }

var fileNumber atomic.Int64

func (w *world) file(t *testing.T, payload []byte) string {
	name := filepath.Join(w.files, strconv.FormatInt(fileNumber.Add(1)%4, 10))
	_ = os.Remove(name)
	require.NoError(t, os.WriteFile(name, payload, 0o600))
	return name
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.mu.Lock()
	c := w.c
	if r.Header.Get("X-Run") != strconv.Itoa(w.runs) {
		w.mu.Unlock()
		return
	}
	r.Header.Del("X-Run")
	w.hits++
	first := w.hits == 1
	in := received{Proto: r.Proto, Method: r.Method, URI: r.RequestURI, Header: r.Header.Clone(), Length: r.ContentLength, Transfer: r.TransferEncoding, Body: string(body)}
	if err != nil {
		in.Err = err.Error()
	}
	w.got = append(w.got, in)
	w.peers[r.RemoteAddr] = true
	w.mu.Unlock()

	status := c.Status
	if status == 307 || status == 308 || status == 302 {
		if first {
			rw.Header().Set("Location", c.Path+"?again")
		} else {
			status = 200
		}
	}
	out, contentType := c.answer()
	if c.Encoding == "gzip" || c.Encoding == "asked" {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(out)
		_ = z.Close()
		out = b.Bytes()
		rw.Header().Set("Content-Encoding", "gzip")
	} else if c.Encoding != "" {
		rw.Header().Set("Content-Encoding", c.Encoding)
	}
	if contentType == "none" {
		rw.Header()["Content-Type"] = nil
	} else {
		rw.Header().Set("Content-Type", contentType)
	}
	rw.Header()["Date"] = nil
	rw.Header().Set("X-Request-Id", "req_1")
	if c.Known && status != 204 && status != 304 {
		rw.Header().Set("Content-Length", strconv.Itoa(len(out)))
	}
	if c.Trailer && !c.Known {
		rw.Header().Set("Trailer", "X-End")
	}
	rw.WriteHeader(status)
	flush := func() { _ = http.NewResponseController(rw).Flush() }
	if status == 204 || status == 304 {
		return
	}
	if c.Ending == "cut" {
		out = out[:len(out)/2]
	}
	for chunk := range slices.Chunk(out, max(1, (len(out)+c.Chunks-1)/c.Chunks)) {
		_, _ = rw.Write(chunk)
		flush()
	}
	switch c.Ending {
	case "cut":
		flush()
		panic(http.ErrAbortHandler)
	case "hangs":
		flush()
		<-r.Context().Done()
	}
	if c.Trailer && !c.Known {
		rw.Header().Set("X-End", "1")
	}
}
