// Package httpclient has what the clients of other people's servers share.
package httpclient

import (
	"errors"
	"net/url"
)

// WithoutURL takes method and address off an error of net/http: the address may hold a
// password, and the caller names the server already.
func WithoutURL(err error) error {
	if sent, ok := errors.AsType[*url.Error](err); ok {
		return sent.Err
	}
	return err
}
