package report

import "strconv"

func count(n int64) string { return strconv.FormatInt(n, 10) }

// plural writes a count with its noun: "1 request", "2 requests".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}
