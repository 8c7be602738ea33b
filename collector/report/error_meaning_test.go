package report

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrorMeaning_IsTheSameForTheNamesOfAllVendors(t *testing.T) {
	for meaning, types := range map[string][]string{
		"rate limited":        {"429", "rate_limit_exceeded", "rate_limit_error", "openai.RateLimitError", "ThrottlingException", "TooManyRequestsException", "RESOURCE_EXHAUSTED"},
		"credit used up":      {"402", "insufficient_quota", "billing_hard_limit_reached"},
		"overloaded":          {"503", "529", "overloaded_error", "ServiceUnavailableException", "UNAVAILABLE"},
		"timeout":             {"408", "timeout", "DEADLINE_EXCEEDED", "openai.APITimeoutError", "ModelTimeoutException"},
		"canceled":            {"canceled", "CANCELLED", "context_canceled"},
		"not permitted":       {"401", "403", "authentication_error", "PERMISSION_DENIED", "AccessDeniedException", "invalid_api_key"},
		"no such model":       {"404", "not_found_error", "model_not_found", "ResourceNotFoundException"},
		"request too large":   {"413", "context_length_exceeded", "request_too_large"},
		"content rejected":    {"content_filter", "content_policy_violation"},
		"request rejected":    {"400", "invalid_request_error", "INVALID_ARGUMENT", "ValidationException", "openai.BadRequestError"},
		"no connection":       {"dns", "connection_refused", "unexpected_eof", "openai.APIConnectionError"},
		"error of the vendor": {"500", "502", "api_error", "INTERNAL", "server_error", "InternalServerException", "openai.InternalServerError"},
		"":                    {"", "_OTHER", "tool_failed", "4290", "ValueError"},
	} {
		for _, name := range types {
			assert.Equal(t, meaning, ErrorMeaning(name), name)
		}
	}
}

// The alert of rate limits has to count what the report calls so.
func TestErrorMeaning_AgreesWithTheAlertOfRateLimits(t *testing.T) {
	rules, err := os.ReadFile("../../dashboards/rules/recording.yaml")
	require.NoError(t, err)
	found := regexp.MustCompile(`error_type=~"\(\?i\)([^"]*rate[^"]*)"`).FindSubmatch(rules)
	require.NotNil(t, found)
	assert.Equal(t, errorTypes(string(found[1])).String(), errorMeanings()[0].types.String())
}
