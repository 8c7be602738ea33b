package distro

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAllInOne_PageIsServedOnLoopbackOrBehindAToken(t *testing.T) {
	for name, tc := range map[string]struct {
		collector AllInOne
		want      string
	}{
		"loopback":           {AllInOne{Host: "127.0.0.1", API: 8890}, "http://127.0.0.1:8890/"},
		"by name":            {AllInOne{Host: "localhost", API: 8890}, "http://localhost:8890/"},
		"everywhere, open":   {AllInOne{Host: "0.0.0.0", API: 8890}, ""},
		"everywhere, locked": {AllInOne{Host: "0.0.0.0", API: 8890, Token: "a b"}, "http://127.0.0.1:8890/#/?token=a%20b"},
		"behind a proxy":     {AllInOne{Host: "0.0.0.0", API: 8890, Token: "x", PublicURL: "https://ledger.example/"}, "https://ledger.example/#/?token=x"},
	} {
		assert.Equal(t, tc.want, tc.collector.Page(), name)
	}
}
