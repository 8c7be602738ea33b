package optimize

import (
	"fmt"

	"github.com/quagmt/udecimal"
)

// Settings are the thresholds of the rules. A zero field takes its default.
type Settings struct {
	// MinCalls is how many calls of one kind make a judgement. Default: 100.
	MinCalls int64
	// MinSaving in USD over the period; less is not worth reading. Default: 0.01.
	MinSaving udecimal.Decimal

	// ShortInput and ShortOutput bound the mean call that a smaller model could
	// take over. Defaults: 2000 and 300 tokens.
	ShortInput, ShortOutput int64
	// LargeInput is the mean prompt from which caching is recommended. Default:
	// 2000 tokens, twice what vendors cache at least.
	LargeInput int64
	// CachedShare is the share of a prompt that is read from the cache below
	// which caching counts as unused. Default: 0.1.
	CachedShare float64
	// MinPrefix is the prefix from which vendors cache, where prompts are hashed.
	// Default: 1024 tokens.
	MinPrefix int64
	// OpenAIRetention is how long OpenAI's caches may keep a prefix, where prompts
	// are hashed. Default: Extended, which OpenAI keeps to unless an organisation
	// has zero data retention.
	OpenAIRetention Retention
	// StableShare is the assumption how much of a large prompt is the same from
	// call to call, where prompts are not hashed. Default: 0.5.
	StableShare float64
	// LongOutput is the mean answer from which a limit is recommended, and
	// OutputCut the assumed share it would save. Defaults: 1500 tokens, 0.25.
	LongOutput int64
	OutputCut  float64
	// Batchable names applications that can wait for their answers. Embeddings
	// are always taken to. Default: none.
	Batchable []string
	// RunFactor is how many times the calls of the median run make a run a
	// runaway, and RunCalls how many at least. Defaults: 5, 20.
	RunFactor, RunCalls int64
}

func (s *Settings) fill() error {
	for _, count := range []struct {
		name     string
		value    *int64
		standard int64
	}{
		{"MinCalls", &s.MinCalls, 100},
		{"ShortInput", &s.ShortInput, 2000},
		{"ShortOutput", &s.ShortOutput, 300},
		{"LargeInput", &s.LargeInput, 2000},
		{"MinPrefix", &s.MinPrefix, 1024},
		{"LongOutput", &s.LongOutput, 1500},
		{"RunFactor", &s.RunFactor, 5},
		{"RunCalls", &s.RunCalls, 20},
	} {
		if *count.value < 0 {
			return fmt.Errorf("setting %s: %d is negative", count.name, *count.value)
		}
		if *count.value == 0 {
			*count.value = count.standard
		}
	}
	for _, share := range []struct {
		name     string
		value    *float64
		standard float64
	}{
		{"CachedShare", &s.CachedShare, 0.1},
		{"StableShare", &s.StableShare, 0.5},
		{"OutputCut", &s.OutputCut, 0.25},
	} {
		if !(*share.value >= 0 && *share.value <= 1) {
			return fmt.Errorf("setting %s: %v is no share between 0 and 1", share.name, *share.value)
		}
		if *share.value == 0 {
			*share.value = share.standard
		}
	}
	if s.OpenAIRetention == "" {
		s.OpenAIRetention = Extended
	}
	if _, err := ParseRetention(string(s.OpenAIRetention)); err != nil {
		return fmt.Errorf("setting OpenAIRetention: %w", err)
	}
	if s.MinSaving.IsZero() {
		s.MinSaving = udecimal.MustFromInt64(1, 2)
	}
	return nil
}
