package alertmanager

import (
	"context"
	"fmt"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Notifications counts messages by integration ("slack", "pagerduty", ...)
// since Alertmanager started.
type Notifications map[string]Count

// Count is the messages of one integration. A failed message is one that was
// given up, after its retries.
type Count struct{ Sent, Failed int }

// Since returns what was added after earlier; integrations without change are left out.
func (n Notifications) Since(earlier Notifications) Notifications {
	added := Notifications{}
	for name, count := range n {
		before := earlier[name]
		if d := (Count{Sent: count.Sent - before.Sent, Failed: count.Failed - before.Failed}); d != (Count{}) {
			added[name] = d
		}
	}
	return added
}

// Notifications reads the counts from Alertmanager's own metrics.
func (c *Client) Notifications(ctx context.Context) (Notifications, error) {
	body, err := c.do(ctx, "GET", "metrics", nil)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(body)
	if err != nil {
		return nil, fmt.Errorf("alertmanager metrics: %w", err)
	}
	counts := Notifications{}
	add := func(family string, add func(Count, int) Count) {
		for _, m := range families[family].GetMetric() {
			name := label(m, "integration")
			counts[name] = add(counts[name], int(m.GetCounter().GetValue()))
		}
	}
	// The count of notifications rises before the first attempt, those of
	// requests after each: what was delivered is the requests that did not fail.
	add("alertmanager_notification_requests_total", func(c Count, n int) Count { c.Sent += n; return c })
	add("alertmanager_notification_requests_failed_total", func(c Count, n int) Count { c.Sent -= n; return c })
	add("alertmanager_notifications_failed_total", func(c Count, n int) Count { c.Failed += n; return c })
	return counts, nil
}

func label(m *dto.Metric, name string) string {
	for _, pair := range m.GetLabel() {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}
