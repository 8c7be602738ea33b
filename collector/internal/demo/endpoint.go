package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// retries of a failed call and the wait before the first of them are the
	// defaults of both vendors' SDKs.
	retries   = 2
	firstWait = 500 * time.Millisecond
	maxWait   = 8 * time.Second

	// retryHeader numbers the attempts, as the vendors' SDKs do.
	retryHeader = "X-Stainless-Retry-Count"

	// maxErrorBody of an answer goes into the error, in bytes.
	maxErrorBody = 1 << 10
)

// endpoint is the API of one vendor.
type endpoint struct {
	client *http.Client
	base   string
	header http.Header
}

// statusError is an answer of the vendor that is no success.
type statusError struct {
	status     int
	body       string
	retryAfter time.Duration
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%d %s: %s", e.status, http.StatusText(e.status), e.body)
}

// call posts the request and decodes the answer.
func (e *endpoint) call(ctx context.Context, path string, request, answer any) error {
	resp, err := e.post(ctx, path, request, 0)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		return fmt.Errorf("POST %s: decode the answer: %w", path, err)
	}
	return nil
}

// post sends the request, again after failures that may pass. Its first attempt has a
// number above 0 where an answer broke off before.
func (e *endpoint) post(ctx context.Context, path string, request any, attempt int) (*http.Response, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("POST %s: encode the request: %w", path, err)
	}
	wait := firstWait
	for ; ; attempt++ {
		resp, err := e.send(ctx, path, body, attempt)
		if err == nil {
			return resp, nil
		}
		if attempt == retries || !temporary(err) {
			return nil, fmt.Errorf("POST %s: %w", path, err)
		}
		pause := wait
		if status := (*statusError)(nil); errors.As(err, &status) && status.retryAfter > 0 {
			pause = status.retryAfter
		}
		select {
		case <-time.After(min(pause, maxWait)):
		case <-ctx.Done():
			return nil, fmt.Errorf("POST %s: %w", path, context.Cause(ctx))
		}
		wait *= 2
	}
}

func (e *endpoint) send(ctx context.Context, path string, body []byte, attempt int) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = e.header.Clone()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(retryHeader, strconv.Itoa(attempt))
	resp, err := e.client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	if err != nil {
		return nil, fmt.Errorf("%s: read the answer: %w", resp.Status, err)
	}
	failed := &statusError{status: resp.StatusCode, body: strings.TrimSpace(string(text))}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		failed.retryAfter = time.Duration(seconds) * time.Second
	}
	return nil, failed
}

// temporary reports whether the same request may succeed later: lost
// connections, rate limits and failures of the server.
func temporary(err error) bool {
	var status *statusError
	if !errors.As(err, &status) {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	return status.status == http.StatusTooManyRequests || status.status >= http.StatusInternalServerError
}
