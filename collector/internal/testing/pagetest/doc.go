// Package pagetest holds the tests that drive the page of reports in a real
// Chromium, on the demo's calls in a running collector, and draw its screens:
//
//	go test ./collector/internal/testing/pagetest -run Pictures -pictures docs/images
package pagetest
