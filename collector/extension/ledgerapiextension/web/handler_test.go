package web

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/gzipped"
)

func served(t *testing.T, method, path string, headers map[string]string) *http.Response {
	t.Helper()
	h, err := handler(fstest.MapFS{
		"dist/index.html.gz":         {Data: zipped(t, []byte("<!doctype html><style>p{}</style>"))},
		"dist/assets/app.js.gz":      {Data: zipped(t, []byte("let a = 1;"))},
		"dist/assets/LICENSE.txt.gz": {Data: zipped(t, []byte("Apache"))},
	})
	require.NoError(t, err)
	r := httptest.NewRequest(method, path, nil)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func zipped(t *testing.T, content []byte) []byte {
	t.Helper()
	packed, err := gzipped.Pack(content)
	require.NoError(t, err)
	return packed
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func TestHandler_ServesFilesWithTheStrictPolicy(t *testing.T) {
	for path, contentType := range map[string]string{
		"/": "text/html; charset=utf-8", "/index.html": "text/html; charset=utf-8",
		"/assets/app.js": "text/javascript; charset=utf-8", "/assets/LICENSE.txt": "text/plain; charset=utf-8",
	} {
		resp := served(t, http.MethodGet, path, nil)
		assert.Equal(t, http.StatusOK, resp.StatusCode, path)
		assert.Equal(t, contentType, resp.Header.Get("Content-Type"), path)
		policy := resp.Header.Get("Content-Security-Policy")
		for _, rule := range []string{
			"default-src 'none';", "script-src 'self';", "img-src 'self' data:;", "connect-src 'self';",
			"base-uri 'none';", "form-action 'none';", "frame-ancestors 'none';", "require-trusted-types-for 'script'",
		} {
			assert.Contains(t, policy, rule, path)
		}
		assert.NotContains(t, policy, "unsafe", path)
		style := "style-src 'none';"
		if strings.HasPrefix(contentType, "text/html") {
			sum := sha256.Sum256([]byte("p{}"))
			style = "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
		}
		assert.Contains(t, policy, style, path)
		assert.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"), path)
		assert.NotEmpty(t, body(t, resp.Body), path)
	}
	for _, path := range []string{"/assets/", "/assets/none.js", "/dist/index.html", "/assets/../index.html"} {
		assert.Equal(t, http.StatusNotFound, served(t, http.MethodGet, path, nil).StatusCode, path)
	}
}

func TestHandler_SavesSendingWhatIsKnown(t *testing.T) {
	first := served(t, http.MethodGet, "/assets/app.js", map[string]string{"Accept-Encoding": "br, gzip"})
	assert.Equal(t, "gzip", first.Header.Get("Content-Encoding"))
	unzipped, err := gzip.NewReader(first.Body)
	require.NoError(t, err)
	assert.Equal(t, "let a = 1;", body(t, unzipped))
	again := served(t, http.MethodGet, "/assets/app.js", map[string]string{"If-None-Match": first.Header.Get("ETag")})
	assert.Equal(t, http.StatusNotModified, again.StatusCode)
	assert.Empty(t, body(t, again.Body))
	plain := served(t, http.MethodGet, "/assets/app.js", map[string]string{"Accept-Encoding": "gzip;q=0"})
	assert.Empty(t, plain.Header.Get("Content-Encoding"))
	assert.Equal(t, "let a = 1;", body(t, plain.Body))
	head := served(t, http.MethodHead, "/", nil)
	assert.Equal(t, "33", head.Header.Get("Content-Length"))
}

func TestHandler_NamesAFileThatIsNotCompressed(t *testing.T) {
	_, err := handler(fstest.MapFS{"dist/assets/app.js.gz": {Data: []byte("let a = 1;")}})
	assert.ErrorContains(t, err, "files of the page: /assets/app.js: ")
}

func TestHandler_SaysThatThePageWasLeftOut(t *testing.T) {
	_, err := handler(fstest.MapFS{})
	assert.ErrorIs(t, err, ErrLeftOut)
}
