package alertmanager

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// defaultGroupWait is Alertmanager's own, where its configuration has none.
const defaultGroupWait = 30 * time.Second

// route is the part of a configured route that says how long it waits.
type route struct {
	GroupWait *model.Duration `yaml:"group_wait"`
	Routes    []route         `yaml:"routes"`
}

// longest is the longest wait of a route and those below it, which inherit.
func (r route) longest(inherited time.Duration) time.Duration {
	if r.GroupWait != nil {
		inherited = time.Duration(*r.GroupWait)
	}
	longest := inherited
	for _, below := range r.Routes {
		longest = max(longest, below.longest(inherited))
	}
	return longest
}

// GroupWait is the longest time that a new alert waits for others of its group
// before a notification, over all configured routes.
func (c *Client) GroupWait(ctx context.Context) (time.Duration, error) {
	body, err := c.do(ctx, http.MethodGet, "api/v2/status", nil)
	if err != nil {
		return 0, err
	}
	defer body.Close()
	var status struct {
		Config struct {
			Original string `json:"original"`
		} `json:"config"`
	}
	if err := json.NewDecoder(body).Decode(&status); err != nil {
		return 0, fmt.Errorf("alertmanager status: %w", err)
	}
	var config struct {
		Route route `yaml:"route"`
	}
	if err := yaml.Unmarshal([]byte(status.Config.Original), &config); err != nil {
		return 0, fmt.Errorf("alertmanager configuration: %w", err)
	}
	return config.Route.longest(defaultGroupWait), nil
}
