package otelgenai

import (
	"io"
	"net/http"
	"strings"
)

// streamUsageField asks an API in OpenAI's format for usage at the end of a
// stream, as the first member of the request's object.
const streamUsageField = `"stream_options":{"include_usage":true},`

// asksForUsage says whether a request may be changed to ask for usage.
func (c *call) asksForUsage(req *http.Request) bool {
	return c.t.cfg.streamUsage && c.api.StreamUsage && !signed(req)
}

// signed says whether a request vouches for the bytes of its body, which then
// must not change.
func signed(req *http.Request) bool {
	if len(req.Trailer) > 0 || strings.Contains(strings.ToLower(req.URL.RawQuery), "signature=") {
		return true
	}
	for name, values := range req.Header {
		switch lower := strings.ToLower(name); {
		case lower == "content-encoding":
			return true
		case lower == "authorization":
			for _, v := range values {
				if strings.HasPrefix(v, "AWS4-") || strings.Contains(strings.ToLower(v), "signature") || strings.Contains(strings.ToLower(v), "hmac") {
					return true
				}
			}
		default:
			for _, word := range [...]string{"signature", "digest", "sha256", "sha-256", "hmac", "md5", "checksum"} {
				if strings.Contains(lower, word) {
					return true
				}
			}
		}
	}
	return false
}

// askForUsage has a stream that does not mention its options ask for usage. Only
// a body that was seen whole before it is sent is known to be one.
func (c *call) askForUsage(sent *http.Request) {
	if !c.inPlace || !c.req.Stream || c.req.StreamOptions || !c.asksForUsage(sent) {
		return
	}
	sent.Body = &usageBody{inner: sent.Body}
	if getBody := sent.GetBody; getBody != nil {
		sent.GetBody = func() (io.ReadCloser, error) {
			body, err := getBody()
			if err != nil || body == nil {
				return body, err
			}
			return &usageBody{inner: body}, nil
		}
	}
	if sent.ContentLength > 0 {
		sent.ContentLength += int64(len(streamUsageField))
	}
}

// usageBody puts [streamUsageField] behind the first brace of a body.
type usageBody struct {
	inner io.ReadCloser
	asked bool
	rest  string // of the field, to be read
}

func (b *usageBody) Read(p []byte) (int, error) {
	if len(p) == 0 || b.asked && b.rest == "" {
		return b.inner.Read(p)
	}
	if b.rest == "" {
		n, err := b.inner.Read(p[:1])
		if n == 0 || p[0] != '{' {
			return n, err
		}
		b.asked, b.rest = true, streamUsageField
		n += copy(p[1:], b.rest)
		b.rest = b.rest[n-1:]
		return n, err
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (b *usageBody) Close() error { return b.inner.Close() }
