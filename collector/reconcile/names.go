package reconcile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Invoices name a model by the vendor's sales name ("Claude Sonnet 4.5 (Amazon
// Bedrock Edition)"), by a meter ("gpt-4o-0806-Inp-glbl Tokens") or by a usage type
// ("USE1-Claude3Sonnet-input-tokens"). None is an id of a call. The two are brought
// together by their words, in any order: family keeps the words that are left when
// region, snapshot, direction and tier are taken off.

var (
	// usageType is AWS's: region, model, and what was counted.
	usageType = regexp.MustCompile(`^(?:[A-Z]{2,4}\d?-)?(.+?)-(?:mantle-)?(?:(?:text|speech|audio|video|image)-)?(?:cache-(?:read|write)-)?(?:input|output)-.*$`)
	// edition is how AWS Marketplace names a model that it resells.
	edition = regexp.MustCompile(`^(.*?) *\(Amazon Bedrock Edition\)$`)
	// route matches the regions and makers before a model's own id.
	route = regexp.MustCompile(`^(?:[a-z][a-z-]*\.)+`)
	// snapshot is a date or version at the end of an id or name.
	snapshot = regexp.MustCompile(`(?:[-@ ]20\d\d-?\d\d-?\d\d|[-@ ]v\d+(?::\d+)*|:\d+|@default|-00\d)$`)
	// perTokens is a unit in the name of a meter.
	perTokens = regexp.MustCompile(`(?i)\b1[km] tokens?$`)
	monthDay  = regexp.MustCompile(`^(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$`)
)

// meterWords are words of meters and SKUs that say what was counted, where and how,
// and are no part of a model's name.
var meterWords = map[string]bool{
	// direction
	"in": true, "inp": true, "inpt": true, "inpu": true, "input": true, "out": true, "outp": true, "opt": true, "outpt": true, "output": true,
	"token": true, "tokens": true, "predictions": true, "count": true, "thinking": true,
	// kind
	"text": true, "txt": true, "audio": true, "aud": true, "image": true, "img": true, "video": true,
	// cache
	"cache": true, "cached": true, "caching": true, "cchd": true, "cd": true, "read": true, "rd": true, "write": true, "writes": true, "wr": true, "storage": true,
	// place
	"global": true, "glbl": true, "gl": true, "regional": true, "regnl": true, "rg": true, "data": true, "zone": true, "dz": true, "dzone": true, "zn": true, "datazone": true,
	// tier
	"batch": true, "std": true, "standard": true, "priority": true, "flex": true, "ga": true, "pp": true,
	// of ids alone
	"instruct": true, "v": true,
}

// family is the key under which names of one model meet; "" when nothing of a
// name is left.
func family(name string) string {
	if m := edition.FindStringSubmatch(name); m != nil {
		name = m[1]
	} else if m := usageType.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	name = perTokens.ReplaceAllString(strings.TrimSpace(name), "")
	var kept []string
	for _, word := range words(plainName(name)) {
		switch {
		case meterWords[word], monthDay.MatchString(word):
		case word == "35": // gpt-35-turbo is Azure's spelling of gpt-3.5-turbo
			kept = append(kept, "3", "5")
		default:
			kept = append(kept, word)
		}
	}
	if len(kept) > 0 && unicode.IsDigit(rune(kept[0][0])) {
		kept = append(kept, "gpt") // "5.4 mini Inp Gl 1M Tokens"
	}
	slices.Sort(kept)
	return strings.Join(kept, " ")
}

// plainName is a model without the region and the maker before it and the snapshot
// after it. The version of a model that has no other name stays: "claude-v2:1".
func plainName(name string) string {
	name = route.ReplaceAllString(name, "")
	for {
		shorter := snapshot.ReplaceAllString(strings.TrimSpace(name), "")
		if shorter == name || !strings.ContainsAny(shorter, "- ") {
			return name
		}
		name = shorter
	}
}

// words splits a name where its letters, digits and capitals change.
func words(name string) []string {
	var found []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			found = append(found, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	var before rune
	for _, r := range name {
		letter, digit := unicode.IsLetter(r), unicode.IsDigit(r)
		if !letter && !digit || digit != unicode.IsDigit(before) || unicode.IsUpper(r) && unicode.IsLower(before) {
			flush()
		}
		if letter || digit {
			word = append(word, r)
		}
		before = r
	}
	flush()
	return found
}

// modality is a word that OpenAI puts after the model of a position.
var modality = regexp.MustCompile(` (?:text|audio|image|video)$`)

// position is the model that a line item of OpenAI's costs is about, such as
// "gpt-4o-2024-08-06, cached input" or "gpt-image-1 image, output". One of several
// words is no model: "web search tool calls".
func position(lineItem string) string {
	name, _, _ := strings.Cut(lineItem, ",")
	name = modality.ReplaceAllString(strings.TrimSpace(name), "")
	if strings.Contains(name, " ") {
		return charge(name)
	}
	return name
}

// charge is the name of a position that is about no model.
func charge(name string) string { return "(" + strings.Trim(name, "()") + ")" }

func isCharge(model string) bool { return model == "" || strings.HasPrefix(model, "(") }
