package optimize

import (
	"context"
	"fmt"
	"strings"

	"github.com/spanledger/spanledger/collector/report/format"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// smaller names, for families of models, the next smaller one. The longest
// prefix of a model's id counts, and a dated id belongs to its family.
var smaller = map[string]string{
	"gpt-5":             "gpt-5-mini",
	"gpt-5-mini":        "gpt-5-nano",
	"gpt-5.4":           "gpt-5.4-mini",
	"gpt-5.4-mini":      "gpt-5.4-nano",
	"gpt-4.1":           "gpt-4.1-mini",
	"gpt-4.1-mini":      "gpt-4.1-nano",
	"gpt-4o":            "gpt-4o-mini",
	"o3":                "o4-mini",
	"claude-opus-4-1":   "claude-sonnet-4-5",
	"claude-opus-4-5":   "claude-sonnet-4-5",
	"claude-opus-4-6":   "claude-sonnet-4-6",
	"claude-sonnet-4":   "claude-haiku-4-5",
	"claude-sonnet-4-5": "claude-haiku-4-5",
	"claude-sonnet-4-6": "claude-haiku-4-5",
	"claude-3-5-sonnet": "claude-haiku-4-5",
	"claude-3-7-sonnet": "claude-haiku-4-5",
	"claude-3-opus":     "claude-sonnet-4-5",
	"gemini-2.5-pro":    "gemini-2.5-flash",
	"gemini-2.5-flash":  "gemini-2.5-flash-lite",
}

// cheaperModel finds short, simple calls of a model that has a smaller sibling.
func cheaperModel(_ context.Context, f *facts) ([]Recommendation, error) {
	var found []Recommendation
	for i := range f.groups {
		g := &f.groups[i]
		own := f.meanCall(g)
		if own.Usage[usage.Input] > f.settings.ShortInput || own.Usage[usage.Output] > f.settings.ShortOutput {
			continue
		}
		sibling, ok := siblingOf(g.Model)
		if !ok {
			continue
		}
		other := own
		other.ResponseModel = sibling
		if saving, known := f.saving(g, own, other); known {
			found = append(found, g.recommend(
				"try "+sibling+" for these calls and compare the answers",
				fmt.Sprintf("short calls: %s tokens in and %s out on average", format.Grouped(own.Usage[usage.Input]), format.Grouped(own.Usage[usage.Output])),
				saving, Low))
		}
	}
	return found, nil
}

// siblingOf is the next smaller model. Only a date may follow the family's
// name: gpt-4o-audio is no gpt-4o.
func siblingOf(model string) (string, bool) {
	family := model
	for family != "" {
		if sibling, ok := smaller[family]; ok {
			return sibling, true
		}
		i := strings.LastIndexByte(family, '-')
		if i < 0 || strings.Trim(family[i+1:], "0123456789") != "" {
			return "", false
		}
		family = family[:i]
	}
	return "", false
}
