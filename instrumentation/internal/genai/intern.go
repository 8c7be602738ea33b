package genai

import (
	"hash/maphash"
	"sync/atomic"
	"unicode/utf8"

	"github.com/spanledger/spanledger/instrumentation/internal/jsonscan"
)

const (
	// maxWord is longer than the names of most models.
	maxWord = 64
	// vocabulary is many times the words that an application meets.
	vocabulary = 1024
)

// words holds, by the hash of each, texts of which calls repeat a few: what
// collides takes the place of what was there.
var (
	words    [vocabulary]atomic.Pointer[string]
	wordSeed = maphash.MakeSeed()
)

// Intern is Text for what takes few values: models, tiers, reasons. A word that
// was met before costs no allocation.
func Intern(k jsonscan.Kind, v []byte) string {
	if k != jsonscan.String || len(v) == 0 || len(v) > maxWord {
		return Text(k, v)
	}
	slot := &words[maphash.Bytes(wordSeed, v)%vocabulary]
	if w := slot.Load(); w != nil && *w == string(v) {
		return *w
	}
	if !utf8.Valid(v) {
		return Text(k, v)
	}
	w := string(v)
	slot.Store(&w)
	return w
}

// InternIfChanged is Keep for what takes few values.
func InternIfChanged(old string, k jsonscan.Kind, v []byte) string {
	if !isText(k) || old == string(v) || len(v) == 0 {
		return old
	}
	return Intern(k, v)
}
