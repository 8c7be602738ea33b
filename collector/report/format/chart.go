package format

import "strings"

const (
	sparks = "▁▂▃▄▅▆▇█"
	shades = " ░▒▓█"
	gauge  = 12 // cells of a gauge
)

// Sparkline draws a series in one line, scaled to its maximum. Nothing but
// zeros, and an empty series, is "".
func Sparkline(values []float64) string {
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	if top == 0 {
		return ""
	}
	levels := []rune(sparks)
	var b strings.Builder
	for _, v := range values {
		b.WriteRune(levels[level(v, top, len(levels))])
	}
	return b.String()
}

// Gauge draws a value as a bar whose full length is top.
func Gauge(value, top float64) string {
	if top <= 0 || value <= 0 {
		return ""
	}
	return strings.Repeat("█", max(1, int(value/top*gauge+0.5)))
}

// Shade draws a value as one cell of a heat map; only zero is blank.
func Shade(value, top float64) string {
	levels := []rune(shades)
	if top <= 0 || value <= 0 {
		return string(levels[0])
	}
	return string(levels[1+level(value, top, len(levels)-1)])
}

// level is the step of n that a value reaches.
func level(value, top float64, n int) int {
	return min(n-1, max(0, int(value/top*float64(n))))
}
