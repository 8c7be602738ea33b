// Package alerttest holds the tests of what pages people: the shipped recording
// and alerting rules under promtool, and the shipped configuration of a real
// Prometheus and a real Alertmanager with stand-ins for Slack and PagerDuty.
package alerttest
