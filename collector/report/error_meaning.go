package report

import (
	"regexp"
	"sync"
)

// Error types differ by vendor and by instrumentation: a call that was rate limited is a
// 429, a rate_limit_exceeded or a ThrottlingException. errorMeanings say the same of all. They are
// compiled when the first is asked for: most commands ask for none.
var errorMeanings = sync.OnceValue(func() []errorMeaning {
	return []errorMeaning{
		// The recording rule provider:spanledger_rate_limited_ratio:rate5m has the same names.
		{"rate limited", errorTypes(`429|.*rate.?limit.*|.*throttl.*|.*too.?many.?requests.*|resource_exhausted`)},
		{"credit used up", errorTypes(`402|.*insufficient.?quota.*|.*billing.*|.*credit.*`)},
		{"overloaded", errorTypes(`503|529|.*overloaded.*|.*service.?unavailable.*|unavailable|.*model.?not.?ready.*`)},
		{"timeout", errorTypes(`408|504|524|.*time.?out.*|.*timed.?out.*|.*deadline.?exceeded.*`)},
		{"canceled", errorTypes(`499|.*cancel.*|.*aborterror`)},
		{"not permitted", errorTypes(`401|403|.*authenticat.*|.*unauthori.*|.*permission.*|.*access.?denied.*|.*api.?key.*|forbidden`)},
		{"no such model", errorTypes(`404|.*not.?found.*`)},
		{"request too large", errorTypes(`413|.*context.?length.*|.*too.?large.*|.*too.?long.*`)},
		{"content rejected", errorTypes(`.*content.?filter.*|.*content.?policy.*|.*safety.*|.*moderation.*`)},
		{"request rejected", errorTypes(`400|422|.*invalid.?(request|argument|prompt|value).*|.*bad.?request.*|.*validation.*|.*unprocessable.*`)},
		{"no connection", errorTypes(`dns|.*connect.*|unexpected_eof|.*eof`)},
		{"error of the vendor", errorTypes(`5\d\d|api_error|internal|.*internal.?error.*|.*internal.?server.*|.*server.?error.*`)},
	}
})

type errorMeaning struct {
	meaning string
	types   *regexp.Regexp
}

func errorTypes(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`^(?i:` + pattern + `)$`)
}

// ErrorMeaning says in words what an error type means; "" where that is not known.
func ErrorMeaning(errorType string) string {
	for _, m := range errorMeanings() {
		if m.types.MatchString(errorType) {
			return m.meaning
		}
	}
	return ""
}
