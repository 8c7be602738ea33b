package ledger_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spanledger/spanledger/collector/ledger"
)

func TestLimitText(t *testing.T) {
	for _, s := range []string{"", "id", strings.Repeat("x", 64)} {
		if got := ledger.LimitText(s, 64); got != s {
			t.Errorf("%d bytes: changed to %q", len(s), got)
		}
	}
	one, other := strings.Repeat("é", 40)+"1", strings.Repeat("é", 40)+"2"
	a, b := ledger.LimitText(one, 64), ledger.LimitText(other, 64)
	if a == b {
		t.Errorf("two texts became one: %q", a)
	}
	for _, s := range []string{a, b} {
		if len(s) > 64 || !utf8.ValidString(s) || !strings.HasPrefix(s, "ééé") {
			t.Errorf("cut to %d bytes: %q", len(s), s)
		}
	}
}
