package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
	"unicode/utf8"

	"github.com/quagmt/udecimal"
)

// Limits of what a sender decides. What is beyond them is cut or left out, and
// counted; the call stays, with its cost. docs/reliability.md states them.
const (
	// MaxTextBytes is the length of a name, id or other text of a row, and of
	// the value of a tag.
	MaxTextBytes = 1 << 10
	// MaxTags is how many tags a row has, MaxTagKeyBytes the length of a key.
	MaxTags        = 64
	MaxTagKeyBytes = 128
	// MaxListTexts is how many texts a list of a row has, such as its finish
	// reasons.
	MaxListTexts = 32
	// MaxLinks is how many hand-offs an agent span has.
	MaxLinks = 128
	// MaxDocumentBytes is the length of a structured text: the line items of a
	// cost.
	MaxDocumentBytes = 64 << 10
	// MaxLogAttributes is how many attributes a log record has.
	MaxLogAttributes = 256
	// MaxDuration is the longest duration of a span or of a wait within it; what
	// is longer is a clock that was set, and not known.
	MaxDuration = 30 * 24 * time.Hour
)

// MaxAmount is the most that one call can cost. An amount beyond it, or below
// zero, is invalid.
var MaxAmount = udecimal.MustFromInt64(1_000_000_000, 0)

// ValidAmount reports whether one call can cost that much.
func ValidAmount(d udecimal.Decimal) bool { return !d.IsNeg() && d.LessThanOrEqual(MaxAmount) }

// cutMark is where a text was cut; the hash after it distinguishes texts that begin
// alike.
const cutMark = "…"

// LimitText is the text, or where it is longer than limit its beginning with a
// hash of the whole: two ids that differ stay different.
func LimitText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	const hashed = 8
	end := max(0, limit-len(cutMark)-2*hashed)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + cutMark + hex.EncodeToString(sum[:hashed])
}
