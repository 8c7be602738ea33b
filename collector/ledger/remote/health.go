package remote

import (
	"context"
	"net/http"
)

// Finding is the outcome of one of the checks that a collector makes of itself.
type Finding struct {
	Check string `json:"check"`
	Grade string `json:"grade"`
	Text  string `json:"text"`
	Fix   string `json:"fix"`
}

// Health asks the collector for its state.
func (c *Client) Health(ctx context.Context) ([]Finding, error) {
	var answer struct {
		Findings []Finding `json:"findings"`
	}
	err := c.do(ctx, http.MethodGet, "/v1/health", nil, &answer)
	return answer.Findings, err
}
