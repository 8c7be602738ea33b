package mcpserver

import (
	"bytes"
	"net/http"
)

// recorder takes the answer of a handler that is asked in process, of the body its first
// maxAnswer bytes.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	size   int // of the whole body
}

func (r *recorder) Header() http.Header    { return r.header }
func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(p []byte) (int, error) {
	r.size += len(p)
	r.body.Write(p[:min(len(p), maxAnswer-r.body.Len())])
	return len(p), nil
}
