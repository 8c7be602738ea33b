package alertmanager

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/httpclient"
)

// maxAnswer bounds what is read of an error answer, so that it fits a line.
const maxAnswer = 512

// Alert is an alert as Alertmanager's API v2 takes it.
// Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
type Alert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	StartsAt     time.Time         `json:"startsAt,omitzero"`
	EndsAt       time.Time         `json:"endsAt,omitzero"` // in the past = resolved
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Client is one Alertmanager.
type Client struct {
	base *url.URL
	http *http.Client
}

// New makes a client for the Alertmanager at base, for example
// http://127.0.0.1:9093; a path prefix is kept.
func New(base string) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("alertmanager address: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("alertmanager address %q: expected http://host:port or https://host:port", base)
	}
	return &Client{base: u, http: &http.Client{Timeout: 10 * time.Second}}, nil
}

// Post raises the alerts, or resolves those whose EndsAt is past.
func (c *Client) Post(ctx context.Context, alerts ...Alert) error {
	body, err := json.Marshal(alerts)
	if err != nil {
		return fmt.Errorf("alerts as JSON: %w", err)
	}
	answer, err := c.do(ctx, http.MethodPost, "api/v2/alerts", bytes.NewReader(body))
	if err != nil {
		return err
	}
	return answer.Close()
}

func (c *Client) do(ctx context.Context, method, path string, body io.Reader) (io.ReadCloser, error) {
	target := c.base.JoinPath(path)
	req, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, fmt.Errorf("alertmanager request: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("alertmanager at %s: %w", c.base.Redacted(), httpclient.WithoutURL(err))
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		return nil, fmt.Errorf("alertmanager at %s: %s %s: %s", c.base.Redacted(), target.Path, res.Status, strings.TrimSpace(string(text)))
	}
	return res.Body, nil
}
