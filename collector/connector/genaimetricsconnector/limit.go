package genaimetricsconnector

import "strings"

// Other means every value beyond a limit.
const Other = "(other)"

// maxLabel bounds the value of a label, in bytes: a histogram repeats it in every
// bucket, and no name of a model, user or tool comes near.
const maxLabel = 256

// cut shortens a longer value, at the end of a character.
func cut(v string) string {
	if len(v) <= maxLabel {
		return v
	}
	return strings.ToValidUTF8(v[:maxLabel], "")
}

// limiter admits a bounded number of distinct values of one label.
type limiter struct {
	max    int
	values map[string]string
}

func newLimiter(limit int) *limiter {
	return &limiter{max: limit, values: make(map[string]string)}
}

// admit returns the value to count under: v itself, owned by the limiter and
// safe to keep, or Other when v is new and the limit reached. Empty values are
// not counted.
func (l *limiter) admit(v string) (value string, overflow bool) {
	if v == "" || v == Other {
		return v, false
	}
	if own, ok := l.values[v]; ok {
		return own, false
	}
	if len(l.values) >= l.max {
		return Other, true
	}
	own := strings.Clone(v)
	l.values[own] = own
	return own, false
}

// keep forgets all values but those in use, so that expired series make room.
func (l *limiter) keep(inUse map[string]bool) {
	for v := range l.values {
		if !inUse[v] {
			delete(l.values, v)
		}
	}
}
