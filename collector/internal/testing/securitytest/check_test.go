package securitytest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/internal/testing/parts"
	"github.com/spanledger/spanledger/collector/report/health"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// receiver returns what `spanledger check --otlp url` finds of the receiver.
func receiver(t *testing.T, url string) health.Finding {
	t.Helper()
	at := health.Installation{OTLP: url, OpenError: errors.New("the ledger is no matter here"), Prices: pricing.Default(), PriceAge: health.DefaultPriceAge, Wait: time.Second}
	for _, finding := range at.Examine(t.Context(), time.Now()) {
		if finding.Check == "receiver" {
			return finding
		}
	}
	t.Fatal("the receiver was not examined")
	return health.Finding{}
}

// Anyone who is refused is told with which variable or address they would not be.
func TestCheck_NamesTheFixForEachRefusal(t *testing.T) {
	const (
		authorityVariable = "OTEL_EXPORTER_OTLP_CERTIFICATE"
		certificate       = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"
		key               = "OTEL_EXPORTER_OTLP_CLIENT_KEY"
		headers           = "OTEL_EXPORTER_OTLP_HEADERS"
	)
	ours, theirs := newAuthority(t, "ours"), newAuthority(t, "theirs")
	serve(t, ours, parts.Loopback(t))
	tokens := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(tokens, []byte("the-token\n"), 0o600))
	t.Setenv("OTLP_TOKEN_FILE", tokens)
	t.Setenv("OTLP_CLIENT_CA_FILE", ours.file)
	goodCert, goodKey := ours.issue(t, "127.0.0.1")
	badCert, badKey := theirs.issue(t, "127.0.0.1")

	type refusal struct {
		scheme string
		env    map[string]string
		cure   string // "" = it is taken
	}
	for name, installation := range map[string]struct {
		examples []string
		refusals map[string]refusal
	}{
		"no TLS": {nil, map[string]refusal{
			"a client with TLS": {"https", nil, "an http:// address"},
			"a plain client":    {"http", nil, ""},
		}},
		"TLS and a token": {[]string{"otlp-tls.yaml", "otlp-token.yaml"}, map[string]refusal{
			"a plain client":              {"http", nil, "an https:// address"},
			"a client that mistrusts it":  {"https", nil, authorityVariable},
			"a client without the token":  {"https", map[string]string{authorityVariable: ours.file}, headers},
			"a client with another token": {"https", map[string]string{authorityVariable: ours.file, headers: "authorization=Bearer%20another"}, headers},
			"a client with the token":     {"https", map[string]string{authorityVariable: ours.file, headers: "authorization=Bearer%20the-token"}, ""},
		}},
		"client certificates": {[]string{"otlp-mtls.yaml"}, map[string]refusal{
			"a client without one":           {"https", map[string]string{authorityVariable: ours.file}, certificate},
			"a client with another's":        {"https", map[string]string{authorityVariable: ours.file, certificate: badCert, key: badKey}, certificate},
			"a client with one of the right": {"https", map[string]string{authorityVariable: ours.file, certificate: goodCert, key: goodKey}, ""},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			host := collect(t, installation.examples...)
			for client, tc := range installation.refusals {
				for _, port := range []string{"4317", "4318"} {
					t.Run(client+" on "+port, func(t *testing.T) {
						for variable, value := range tc.env {
							t.Setenv(variable, value)
						}
						found := receiver(t, tc.scheme+"://"+host+":"+port)
						if tc.cure == "" {
							assert.Equal(t, health.OK, found.Grade, found.Says)
							return
						}
						assert.Equal(t, health.Failed, found.Grade)
						assert.Contains(t, found.Hint, tc.cure, found.Says)
					})
				}
			}
		})
	}
}
