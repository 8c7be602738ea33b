package redact_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/spanledger/spanledger/instrumentation/otelgenai/redact"
)

func TestDetectors(t *testing.T) {
	for name, tc := range map[string]struct {
		f        redact.Func
		in, want string
	}{
		"an e-mail address":             {redact.Email, "write to Ann.B+x@mail.example.co.uk!", "write to [email]!"},
		"no e-mail address":             {redact.Email, "a @ b, x@y", "a @ b, x@y"},
		"an international number":       {redact.Phone, "call +49 (0)30 901820-11 now", "call [phone] now"},
		"a number of North America":     {redact.Phone, "(415) 555-2671 or 415-555-2671", "[phone] or [phone]"},
		"a year is no telephone number": {redact.Phone, "in 2026, 1,234,567 calls", "in 2026, 1,234,567 calls"},
		"a card":                        {redact.Card, "4111 1111 1111 1111, 5500-0000-0000-0004", "[card], [card]"},
		"a number that is no card":      {redact.Card, "4111 1111 1111 1112", "4111 1111 1111 1112"},
		"a bank account":                {redact.IBAN, "IBAN DE89 3704 0044 0532 0130 00.", "IBAN [iban]."},
		"no bank account":               {redact.IBAN, "DE88 3704 0044 0532 0130 00", "DE88 3704 0044 0532 0130 00"},
		"a social security number":      {redact.SSN, "078-05-1120", "[ssn]"},
		"a number never issued":         {redact.SSN, "000-05-1120 666-01-0001", "000-05-1120 666-01-0001"},
		"keys":                          {redact.APIKey, "sk-proj-abcDEF1234567890xyz AKIAIOSFODNN7EXAMPLE ghp_abcdefghijklmnopqrstuvwx", "[api-key] [api-key] [api-key]"},
		"a word with a prefix":          {redact.APIKey, "ask-me, sk-8", "ask-me, sk-8"},
		"a web token":                   {redact.JWT, "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-x ok", "Bearer [jwt] ok"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tc.want, tc.f(tc.in)) })
	}
}

// FuzzAll checks that no detector panics and that what has been replaced once
// stays as it is.
func FuzzAll(f *testing.F) {
	f.Add("4111 1111 1111 1111 a@b.co +4930901820 DE89370400440532013000")
	f.Fuzz(func(t *testing.T, s string) {
		once := s
		for _, r := range redact.All {
			once = r(once)
		}
		if strings.Contains(once, "@") && redact.Email(once) != once {
			t.Fatalf("an address is left in %q", once)
		}
	})
}
