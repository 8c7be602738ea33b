package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHealthy_FindsACollectorOfUp(t *testing.T) {
	answers := func(status int) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(server.Close)
		return server.URL
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	assert.NoError(t, healthyAtEither(t.Context(), gone.URL, answers(http.StatusOK)))
	assert.ErrorContains(t, healthyAtEither(t.Context(), gone.URL, answers(http.StatusServiceUnavailable)), "is not up: 503")
	assert.ErrorContains(t, healthyAtEither(t.Context(), answers(http.StatusServiceUnavailable), answers(http.StatusOK)), "is not up: 503",
		"a collector that is starting or ending says so itself")
	assert.ErrorContains(t, healthyAtEither(t.Context(), gone.URL, gone.URL), "no `spanledger up` at "+gone.URL+" (hint: check that it runs, and name other ports in --url")
	assert.Equal(t, "http://127.0.0.1:8889/metrics", upHealth())
}
