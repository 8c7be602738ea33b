package otelgenai

import (
	"bytes"
	"io"
	"net/http"
)

// streamUsageField asks an API in OpenAI's format for usage at the end of a
// stream.
const streamUsageField = `{"stream_options":{"include_usage":true},`

// askForUsage returns the body to send with usage asked for, or nil where the
// request is not a stream without it, says something about its stream options
// itself, or cannot be read twice.
func (c *call) askForUsage(req *http.Request) func() (io.ReadCloser, error) {
	if !c.t.cfg.streamUsage || !c.api.StreamUsage || !c.req.Stream || c.req.StreamOptions || req.GetBody == nil {
		return nil
	}
	return func() (io.ReadCloser, error) {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		// The object's own brace, behind any white space, gives way to a field.
		head := make([]byte, 0, 64)
		for len(head) == 0 || head[len(head)-1] != '{' {
			head = append(head, 0)
			if _, err := io.ReadFull(body, head[len(head)-1:]); err != nil {
				_ = body.Close()
				return nil, err
			}
		}
		head = append(head[:len(head)-1], streamUsageField...)
		return struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head), body), body}, nil
	}
}

// withUsage puts such a body into the request that is sent.
func withUsage(sent *http.Request, open func() (io.ReadCloser, error)) {
	body, err := open()
	if err != nil {
		return // the request goes as it is
	}
	if sent.Body != nil {
		_ = sent.Body.Close()
	}
	sent.Body, sent.GetBody = body, open
	if sent.ContentLength > 0 {
		sent.ContentLength += int64(len(streamUsageField)) - 1
	}
}
