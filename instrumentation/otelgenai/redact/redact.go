// Package redact finds personal data and secrets in text and puts a name in
// their place.
//
// The detectors look at form alone: they find what is written the usual way,
// and a number that merely looks like a telephone's is replaced too. They are a
// net, not a promise.
package redact

import (
	"regexp"
	"strings"
)

// Func replaces what it finds in a text.
type Func func(string) string

// All are the detectors of this package, those with the longest and strictest
// forms first.
var All = []Func{JWT, APIKey, Email, IBAN, Card, SSN, Phone}

var (
	email = regexp.MustCompile(`[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}`)
	phone = regexp.MustCompile(`(?:\+|\b00)[1-9](?:[ ().\-/]{0,2}\d){6,14}\b|\(\d{3}\) ?\d{3}[ .\-]?\d{4}\b|\b\d{3}[ .\-]\d{3}[ .\-]\d{4}\b`)
	card  = regexp.MustCompile(`\b\d(?:[ \-]?\d){12,18}\b`)
	iban  = regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b`)
	ssn   = regexp.MustCompile(`\b\d{3}-\d{2}-\d{4}\b`)
	jwt   = regexp.MustCompile(`\beyJ[A-Za-z0-9_\-]{5,}\.eyJ[A-Za-z0-9_\-]{5,}\.[A-Za-z0-9_\-]*`)
	// apiKey has the prefixes of OpenAI and Anthropic, GitHub, Slack, Google,
	// AWS, Stripe, GitLab, Hugging Face, Groq, xAI and Perplexity.
	apiKey = regexp.MustCompile(`\b(?:sk-[A-Za-z0-9_\-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abeprs]-[A-Za-z0-9\-]{10,}|AIza[A-Za-z0-9_\-]{30,}|(?:AKIA|ASIA)[A-Z0-9]{16}|[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|glpat-[A-Za-z0-9_\-]{16,}|hf_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|pplx-[A-Za-z0-9]{20,})`)
)

// Email replaces e-mail addresses by [email].
func Email(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	return email.ReplaceAllString(s, "[email]")
}

// Phone replaces telephone numbers by [phone]: international ones, and those of
// North America.
func Phone(s string) string { return phone.ReplaceAllString(s, "[phone]") }

// Card replaces card numbers, 13 to 19 digits with the right check digit, by
// [card].
func Card(s string) string {
	return card.ReplaceAllStringFunc(s, func(m string) string {
		if !luhn(m) {
			return m
		}
		return "[card]"
	})
}

// IBAN replaces bank accounts with the right check digits by [iban].
func IBAN(s string) string {
	return iban.ReplaceAllStringFunc(s, func(m string) string {
		if !mod97(strings.ReplaceAll(m, " ", "")) {
			return m
		}
		return "[iban]"
	})
}

// SSN replaces social security numbers of the United States by [ssn].
func SSN(s string) string {
	return ssn.ReplaceAllStringFunc(s, func(m string) string {
		area := m[:3]
		if area == "000" || area == "666" || area[0] == '9' || m[4:6] == "00" || m[7:] == "0000" {
			return m // never issued
		}
		return "[ssn]"
	})
}

// APIKey replaces keys of the common services by [api-key].
func APIKey(s string) string { return apiKey.ReplaceAllString(s, "[api-key]") }

// JWT replaces JSON web tokens by [jwt].
func JWT(s string) string {
	if !strings.Contains(s, "eyJ") {
		return s
	}
	return jwt.ReplaceAllString(s, "[jwt]")
}

// luhn checks the last digit of a card number.
func luhn(s string) bool {
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		d := int(s[i] - '0')
		if double {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// mod97 checks the digits of an IBAN, ISO 7064.
func mod97(s string) bool {
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	rest := 0
	for _, c := range s[4:] + s[:4] {
		switch {
		case '0' <= c && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		default:
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	return rest == 1
}
