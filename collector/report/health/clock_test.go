package health

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestExamineClock(t *testing.T) {
	sent := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	now := sent.Add(3 * time.Second)
	for name, tc := range map[string]struct {
		received time.Time
		grade    Grade
		says     string
	}{
		"between sending and now":  {sent.Add(time.Second), OK, "agrees"},
		"off by what nobody minds": {sent.Add(-2 * time.Second), OK, "agrees"},
		"an hour behind":           {sent.Add(-time.Hour), Failed, "1h0m0s behind"},
		"a minute ahead":           {now.Add(time.Minute), Failed, "1m0s ahead of"},
	} {
		t.Run(name, func(t *testing.T) {
			found := examineClock(sent, tc.received, now)
			assert.Equal(t, tc.grade, found.Grade)
			assert.Contains(t, found.Says, tc.says)
			assert.Equal(t, tc.grade == Failed, found.Hint != "")
		})
	}
}
