package rows

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/spanledger/spanledger/collector/ledger"
)

// places is how many words of one attribute are remembered: more than a batch has
// models, or a service departments.
const places = 16

// maxWord bounds what is remembered, in bytes.
const maxWord = 64

// recent remembers words that came lately, so that the rows of a batch share one
// copy instead of keeping one each, and none is validated twice.
type recent struct {
	words [places]string
}

// take keeps a word.
func (r *recent) take(to *string, s string) {
	if s == "" || len(s) > maxWord {
		*to = clean(s)
		return
	}
	known := &r.words[(uint(len(s))+uint(s[0])+uint(s[len(s)-1])<<1)%places]
	if *known != s {
		if !ledger.ValidText(s) {
			*to = clean(s)
			return
		}
		*known = s
	}
	*to = *known
}

// recentList remembers the list that came last.
type recentList struct{ list []string }

// take keeps a list of texts. Lists that are equal may be one: no one changes the
// texts of a row.
func (r *recentList) take(list pcommon.Slice) []string {
	if !r.equal(list) {
		r.list = texts(list)
	}
	return r.list
}

func (r *recentList) equal(list pcommon.Slice) bool {
	if list.Len() != len(r.list) || r.list == nil {
		return false
	}
	for i, text := range r.list {
		if item := list.At(i); item.Type() != pcommon.ValueTypeStr || item.Str() != text {
			return false
		}
	}
	return true
}
