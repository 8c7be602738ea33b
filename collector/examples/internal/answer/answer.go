// Package answer is a vendor for examples: a loopback server that gives one
// answer in the wire format of the vendor's documentation.
package answer

import (
	"io"
	"net/http"
	"net/http/httptest"
)

// With starts a server that answers every request with a body of a content
// type.
func With(contentType, body string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}))
}
