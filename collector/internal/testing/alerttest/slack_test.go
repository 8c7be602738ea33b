package alerttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// slackMessage holds what Slack documents an incoming webhook to take: a message
// with attachments. Unknown keys are refused, so that a misspelt one is seen.
// Source: https://api.slack.com/messaging/webhooks and
// https://api.slack.com/reference/messaging/attachments.
type slackMessage struct {
	Channel     string            `json:"channel"`
	Username    string            `json:"username"`
	IconEmoji   string            `json:"icon_emoji"`
	IconURL     string            `json:"icon_url"`
	LinkNames   bool              `json:"link_names"`
	Text        string            `json:"text"`
	Attachments []slackAttachment `json:"attachments"`
}

type slackAttachment struct {
	Title      string        `json:"title"`
	TitleLink  string        `json:"title_link"`
	Pretext    string        `json:"pretext"`
	Text       string        `json:"text"`
	Fallback   string        `json:"fallback"`
	CallbackID string        `json:"callback_id"`
	Color      string        `json:"color"`
	Footer     string        `json:"footer"`
	ImageURL   string        `json:"image_url"`
	ThumbURL   string        `json:"thumb_url"`
	MrkdwnIn   []string      `json:"mrkdwn_in"`
	Actions    []slackAction `json:"actions"`
}

type slackAction struct {
	Type string `json:"type"`
	Text string `json:"text"`
	URL  string `json:"url"`
}

// slack replaces hooks.slack.com on loopback and checks what it is sent.
type slack struct {
	*httptest.Server
	mu       sync.Mutex
	refuse   int // answer this many messages with a 500 first
	attempts int
	messages []slackMessage
	faults   []string
}

func startSlack(t *testing.T, refuse int) *slack {
	s := &slack{refuse: refuse}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *slack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	if s.refuse > 0 {
		s.refuse--
		http.Error(w, "server_error", http.StatusInternalServerError)
		return
	}
	message, err := readSlack(r, body)
	if err != nil {
		s.faults = append(s.faults, err.Error())
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	s.messages = append(s.messages, message)
	fmt.Fprint(w, "ok")
}

var slackColor = regexp.MustCompile(`^(#[0-9a-fA-F]{6}|good|warning|danger)$`)

func readSlack(r *http.Request, body []byte) (slackMessage, error) {
	var m slackMessage
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return m, fmt.Errorf("%s with content type %q", r.Method, r.Header.Get("Content-Type"))
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("message: %w", err)
	}
	if len(m.Attachments) != 1 {
		return m, fmt.Errorf("%d attachments", len(m.Attachments))
	}
	a := m.Attachments[0]
	switch {
	case a.Fallback == "" || a.Title == "" || a.Text == "":
		return m, fmt.Errorf("fallback, title or text is empty: %+v", a)
	case !slackColor.MatchString(a.Color):
		return m, fmt.Errorf("color %q", a.Color)
	case !strings.HasPrefix(m.Channel, "#"):
		return m, fmt.Errorf("channel %q", m.Channel)
	case strings.Contains(string(body), "no value"):
		return m, fmt.Errorf("a template found nothing: %s", body)
	}
	links := []string{a.TitleLink}
	for _, action := range a.Actions {
		if action.Type != "button" || action.Text == "" {
			return m, fmt.Errorf("action %+v", action)
		}
		links = append(links, action.URL)
	}
	return m, absolute(links)
}

// absolute checks that every link leads somewhere from outside.
func absolute(links []string) error {
	for _, link := range links {
		u, err := url.Parse(link)
		if err != nil || u.Scheme == "" || u.Host == "" {
			return fmt.Errorf("link %q is not an absolute address", link)
		}
	}
	return nil
}

// received is a copy of what arrived, and what was wrong with it.
func (s *slack) received() ([]slackMessage, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]slackMessage(nil), s.messages...), append([]string(nil), s.faults...)
}
