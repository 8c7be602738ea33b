package jsonscan

import (
	"math"
	"strconv"
)

// Int reads a JSON number as an integer. Numbers with a fraction or exponent
// count when their value is whole ("12.0", "1e3"). It reports false for
// anything else and for what does not fit.
func Int(v []byte) (int64, bool) {
	if n, ok := plainInt(v); ok {
		return n, true
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

// plainInt reads digits with an optional sign, of at most 18 digits, which
// always fit.
func plainInt(v []byte) (int64, bool) {
	neg := len(v) > 0 && v[0] == '-'
	digits := v
	if neg {
		digits = v[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if neg {
		n = -n
	}
	return n, true
}

// Float reads a JSON number.
func Float(v []byte) (float64, bool) {
	f, err := strconv.ParseFloat(string(v), 64)
	return f, err == nil
}
