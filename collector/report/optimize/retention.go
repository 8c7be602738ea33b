package optimize

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
	"github.com/spanledger/spanledger/tracing/semconv"
)

// Retention is how long OpenAI's prompt caches may be told to keep a prefix, in
// the words of the parameter prompt_cache_retention.
type Retention string

// Retentions.
const (
	// Extended keeps a prefix for up to 24 hours.
	Extended Retention = "24h"
	// InMemory keeps it for 5 to 10 minutes after its last use, and at most an
	// hour: all there is for organisations with zero data retention.
	InMemory Retention = "in_memory"
)

// Retentions lists them.
var Retentions = []Retention{Extended, InMemory}

// ParseRetention reads a retention.
func ParseRetention(text string) (Retention, error) {
	if r := Retention(text); slices.Contains(Retentions, r) {
		return r, nil
	}
	return "", fmt.Errorf("%q: expected 24h or in_memory", text)
}

// lifetime is how long a vendor's cache holds a prefix after its last use.
type lifetime struct {
	name    string
	within  time.Duration
	written usage.Field // what is written for so long; CacheWrite = it has no rate of its own
}

var (
	fiveMinutes   = &lifetime{"5 minutes", 5 * time.Minute, usage.CacheWrite5m}
	thirtyMinutes = &lifetime{"30 minutes", 30 * time.Minute, usage.CacheWrite30m}
	anHour        = &lifetime{"an hour", time.Hour, usage.CacheWrite1h}
	aDay          = &lifetime{"24 hours", 24 * time.Hour, usage.CacheWrite}

	lifetimes = [...]*lifetime{fiveMinutes, thirtyMinutes, anHour, aDay}
)

// offered are the lifetimes a vendor's page offers for a model. Where it gives a
// range, the lower end counts.
func (f *facts) offered(g *group) []*lifetime {
	if !isOpenAI(g.Provider) {
		if f.writesForAnHour(g) {
			return []*lifetime{fiveMinutes, anHour}
		}
		return []*lifetime{fiveMinutes}
	}
	version, small := gptVersion(g.Model)
	switch {
	case version >= 506:
		return []*lifetime{thirtyMinutes}
	case version == 505:
		return []*lifetime{aDay}
	case version >= 401 && !small && f.settings.OpenAIRetention == Extended:
		return []*lifetime{fiveMinutes, aDay}
	}
	return []*lifetime{fiveMinutes}
}

// writesForAnHour reports whether the catalogue has a rate for it. Without one
// a write costs what the input does, and no one sells the hour.
func (f *facts) writesForAnHour(g *group) bool {
	call := f.meanCall(g)
	call.Usage = usage.Counts{usage.Input: 2, usage.CacheWrite: 1, usage.CacheWrite1h: 1}
	return f.prices.Price(&call).Flags&pricing.CacheWriteAtParentRate == 0
}

func isOpenAI(provider string) bool {
	return provider == semconv.ProviderOpenAI || provider == semconv.ProviderAzureOpenAI || provider == semconv.ProviderAzureAIInference
}

var gpt = regexp.MustCompile(`^gpt-(\d)(?:\.(\d))?(?:-|$)`)

// gptVersion is 100 times the major and once the minor version, 0 where there is
// none. Of the small models OpenAI lists one alone for the long retention.
func gptVersion(model string) (version int, small bool) {
	parts := gpt.FindStringSubmatch(model)
	if parts == nil {
		return 0, false
	}
	major, _ := strconv.Atoi(parts[1])
	minor, _ := strconv.Atoi(parts[2])
	small = strings.Contains(model, "-mini") || strings.Contains(model, "-nano")
	return 100*major + minor, small && !strings.HasPrefix(model, "gpt-5.1-codex-mini")
}

// leastPrefix is the shortest prefix, in tokens, that a vendor caches for a
// model, where it is longer than Settings.MinPrefix.
func leastPrefix(model string) int64 {
	for _, family := range []string{"claude-haiku-4-5", "claude-opus-4-5", "claude-opus-4-6"} {
		if strings.Contains(model, family) {
			return 4096
		}
	}
	return 0
}

// advice says what to do so that a vendor keeps prefixes for a lifetime.
func (l *lifetime) advice(provider string) string {
	switch {
	case !isOpenAI(provider):
		return fmt.Sprintf("request caching of the tools and instructions at the beginning of the prompt, for %s after each use", l.name)
	case l == aDay:
		return "keep the tools and instructions at the beginning of the prompt, send the same prompt_cache_key, and prompt_cache_retention 24h"
	default:
		return "keep the tools and instructions at the beginning of the prompt, and send the same prompt_cache_key with all calls that share them"
	}
}
