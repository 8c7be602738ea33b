package alertmanager_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/alertmanager"
	"github.com/spanledger/spanledger/collector/internal/testing/stacktest"
)

func TestRoute_GroupWaitIsTheLongestOfAllRoutes(t *testing.T) {
	cases := map[string]struct {
		route string
		want  time.Duration
	}{
		"none is configured":            {"{receiver: a}", 30 * time.Second},
		"the one of the root":           {"{receiver: a, group_wait: 1m}", time.Minute},
		"a route that waits longer":     {"{receiver: a, group_wait: 1s, routes: [{receiver: b, routes: [{receiver: c, group_wait: 1h30m}]}]}", 90 * time.Minute},
		"a route that does not wait":    {"{receiver: a, routes: [{receiver: b, group_wait: 0s}]}", 30 * time.Second},
		"all routes wait less than 30s": {"{receiver: a, group_wait: 5s, routes: [{receiver: b, group_wait: 1s}]}", 5 * time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				require.Equal(t, "/api/v2/status", r.URL.Path)
				_ = json.NewEncoder(w).Encode(map[string]any{"config": map[string]string{"original": "route: " + c.route}})
			}))
			defer server.Close()
			client, err := alertmanager.New(server.URL)
			require.NoError(t, err)
			got, err := client.GroupWait(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestRoute_TheShippedConfigurationSaysHowLongItWaits(t *testing.T) {
	nobody := "http://127.0.0.1:9"
	client, err := alertmanager.New(stacktest.StartAlertmanager(t, stacktest.Receivers{Slack: nobody, PagerDuty: nobody}))
	require.NoError(t, err)
	got, err := client.GroupWait(t.Context())
	require.NoError(t, err)
	require.Equal(t, time.Second, got, "shortened by the test")
}
