package digest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/internal/httpclient"
	"github.com/spanledger/spanledger/collector/report/format"
)

const (
	sendTimeout = 30 * time.Second
	// maxReply of a webhook is read, in bytes: it says what is wrong in a line.
	maxReply = 1 << 10
)

// Slack posts the digest to an incoming webhook of Slack.
func (d *Digest) Slack(ctx context.Context, webhook string) error {
	// The three characters that Slack's text gives a meaning of their own.
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	var b strings.Builder
	b.WriteString("*" + escape.Replace(format.OneLine(d.Title)) + "*\n")
	for _, line := range d.Lines {
		b.WriteString("• " + escape.Replace(format.OneLine(line)) + "\n")
	}
	if d.Link != "" {
		b.WriteString("<" + escape.Replace(d.Link) + "|Read on>\n")
	}
	return post(ctx, webhook, map[string]any{"text": b.String()})
}

// Teams posts the digest to a webhook of Microsoft Teams (a workflow "when a Teams
// webhook request is received"), as an adaptive card.
func (d *Digest) Teams(ctx context.Context, webhook string) error {
	block := func(text string, more map[string]any) map[string]any {
		b := map[string]any{"type": "TextBlock", "text": markdown.Replace(format.OneLine(text)), "wrap": true}
		for k, v := range more {
			b[k] = v
		}
		return b
	}
	body := []map[string]any{block(d.Title, map[string]any{"weight": "Bolder", "size": "Medium"})}
	for _, line := range d.Lines {
		body = append(body, block(line, map[string]any{"spacing": "Small"}))
	}
	card := map[string]any{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body,
	}
	if d.Link != "" {
		card["actions"] = []map[string]any{{"type": "Action.OpenUrl", "title": "Read on", "url": d.Link}}
	}
	return post(ctx, webhook, map[string]any{
		"type":        "message",
		"attachments": []map[string]any{{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}},
	})
}

// markdown keeps names from becoming links, lists and emphasis in a card.
var markdown = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`)

// CheckWebhook reports an address that is not a URL. It is a secret: the error does not
// repeat it.
func CheckWebhook(webhook string) error {
	_, err := webhookURL(webhook)
	return err
}

func webhookURL(webhook string) (*url.URL, error) {
	address, err := url.Parse(webhook)
	if err != nil || address.Host == "" || address.Scheme != "https" && address.Scheme != "http" {
		return nil, errors.New("the webhook is not a URL: expected https://HOST/PATH")
	}
	return address, nil
}

// client follows no redirect: most of them turn the message into a GET without a body,
// which servers answer with 200.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// post sends JSON. The address is a secret: errors name its host alone.
func post(ctx context.Context, webhook string, message any) error {
	address, err := webhookURL(webhook)
	if err != nil {
		return err
	}
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("webhook at %s: not a request", address.Host)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("webhook at %s: no answer within %s", address.Host, sendTimeout)
	case err != nil:
		return fmt.Errorf("webhook at %s: %w", address.Host, httpclient.WithoutURL(err))
	}
	defer resp.Body.Close()
	reply, _ := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	switch resp.StatusCode / 100 {
	case 2:
		return nil
	case 3:
		return fmt.Errorf("webhook at %s answered %s: use the URL that it redirects to", address.Host, resp.Status)
	default:
		return fmt.Errorf("webhook at %s answered %s: %s", address.Host, resp.Status, format.OneLine(strings.TrimSpace(string(reply))))
	}
}
