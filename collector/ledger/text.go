package ledger

import (
	"strings"
	"unicode/utf8"
)

// ValidText holds for what both engines give back unchanged: UTF-8 without a NUL
// byte. Nearly every text is plain ASCII, which takes an eighth of the steps.
func ValidText(s string) bool {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if !plain(word(s[i : i+8])) {
			return validRest(s[i:])
		}
	}
	for ; i < len(s); i++ {
		if s[i] == 0 || s[i] >= utf8.RuneSelf {
			return validRest(s[i:])
		}
	}
	return true
}

func validRest(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// word is eight bytes in one.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// plain holds when each byte is ASCII and not NUL: taking 1 from each sets the
// highest bit of one that was 0.
func plain(word uint64) bool {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	return (word|(word-ones))&highest == 0
}

// MakeValid is the text with what no engine gives back replaced.
func MakeValid(s string) string {
	if ValidText(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
