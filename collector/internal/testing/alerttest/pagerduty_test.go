package alerttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

// pagerDutyEvent is an event of PagerDuty's Events API v2. Unknown keys are
// refused. Source: https://developer.pagerduty.com/docs/send-alert-event.
type pagerDutyEvent struct {
	RoutingKey  string `json:"routing_key"`
	EventAction string `json:"event_action"`
	DedupKey    string `json:"dedup_key"`
	Client      string `json:"client"`
	ClientURL   string `json:"client_url"`
	Payload     struct {
		Summary       string            `json:"summary"`
		Source        string            `json:"source"`
		Severity      string            `json:"severity"`
		Timestamp     string            `json:"timestamp"`
		Component     string            `json:"component"`
		Group         string            `json:"group"`
		Class         string            `json:"class"`
		CustomDetails map[string]string `json:"custom_details"`
	} `json:"payload"`
	Images []map[string]string `json:"images"`
	Links  []struct {
		Href string `json:"href"`
		Text string `json:"text"`
	} `json:"links"`
}

// pagerDuty replaces events.pagerduty.com on loopback.
type pagerDuty struct {
	*httptest.Server
	mu     sync.Mutex
	events []pagerDutyEvent
	faults []string
}

func startPagerDuty(t *testing.T) *pagerDuty {
	p := &pagerDuty{}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *pagerDuty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	event, err := readPagerDuty(r, body)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		p.faults = append(p.faults, err.Error())
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"status":"invalid event","message":"Event object is invalid","errors":[%q]}`, err)
		return
	}
	p.events = append(p.events, event)
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, `{"status":"success","message":"Event processed","dedup_key":%q}`, event.DedupKey)
}

func readPagerDuty(r *http.Request, body []byte) (pagerDutyEvent, error) {
	var e pagerDutyEvent
	if r.Method != http.MethodPost || r.URL.Path != "/v2/enqueue" {
		return e, fmt.Errorf("%s %s", r.Method, r.URL.Path)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return e, fmt.Errorf("event: %w", err)
	}
	switch {
	case e.RoutingKey != stacktest.RoutingKey:
		return e, fmt.Errorf("routing_key %q is not the one of the secret file", e.RoutingKey)
	case !slices.Contains([]string{"trigger", "acknowledge", "resolve"}, e.EventAction):
		return e, fmt.Errorf("event_action %q", e.EventAction)
	case e.DedupKey == "" || len(e.DedupKey) > 255:
		return e, fmt.Errorf("dedup_key %q", e.DedupKey)
	}
	if e.EventAction != "trigger" {
		return e, nil
	}
	switch {
	case e.Payload.Summary == "" || len(e.Payload.Summary) > 1024:
		return e, fmt.Errorf("payload.summary of %d bytes", len(e.Payload.Summary))
	case e.Payload.Source == "":
		return e, fmt.Errorf("payload.source is empty")
	case !slices.Contains([]string{"critical", "error", "warning", "info"}, e.Payload.Severity):
		return e, fmt.Errorf("payload.severity %q", e.Payload.Severity)
	case strings.Contains(string(body), "no value"):
		return e, fmt.Errorf("a template found nothing: %s", body)
	}
	if ts := e.Payload.Timestamp; ts != "" {
		if _, err := time.Parse(time.RFC3339, ts); err != nil {
			return e, fmt.Errorf("payload.timestamp: %w", err)
		}
	}
	links := []string{e.ClientURL}
	for _, link := range e.Links {
		links = append(links, link.Href)
	}
	return e, absolute(links)
}

func (p *pagerDuty) received() ([]pagerDutyEvent, []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.events), slices.Clone(p.faults)
}
