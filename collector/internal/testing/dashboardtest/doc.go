// Package dashboardtest holds the tests that run every query of every dashboard
// against a real Prometheus and a real ClickHouse after the demo's traffic, and
// draws the dashboards from the answers, since Grafana is not at hand:
//
//	go test ./collector/internal/testing/dashboardtest -run Pictures -pictures docs/images -demo 11m -timeout 25m
package dashboardtest
