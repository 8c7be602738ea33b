package pricing

import "github.com/spanledger/spanledger/instrumentation/usage"

// validate rejects usage that cannot be. Nothing is clamped or repaired.
func (e *evaluation) validate() bool {
	u := &e.call.Usage
	if f, negative := u.FirstNegative(); negative {
		return e.invalid(NegativeUsage, f.Name())
	}
	switch {
	case !fit(u[usage.Input], u[usage.CacheRead], u[usage.CacheWrite]):
		return e.invalid(SubsetTooBig, "cache_read + cache_write > input")
	case !fit(u[usage.CacheWrite], u[usage.CacheWrite5m], u[usage.CacheWrite30m], u[usage.CacheWrite1h], u[usage.CacheWrite12h]):
		return e.invalid(SubsetTooBig, "cache_write by time to live > cache_write")
	case !fit(u[usage.Input], u[usage.AudioInput], u[usage.ImageInput], u[usage.VideoInput]):
		return e.invalid(SubsetTooBig, "audio + image + video > input")
	case !fit(u[usage.CacheRead], u[usage.AudioCacheRead], u[usage.ImageCacheRead]):
		return e.invalid(SubsetTooBig, "cache_read by modality > cache_read")
	case u[usage.AudioCacheRead] > u[usage.AudioInput]:
		return e.invalid(SubsetTooBig, "audio_cache_read > audio_input")
	case u[usage.ImageCacheRead] > u[usage.ImageInput]:
		return e.invalid(SubsetTooBig, "image_cache_read > image_input")
	case !fit(u[usage.Output], u[usage.Reasoning], u[usage.AudioOutput], u[usage.ImageOutput], u[usage.Citation]):
		return e.invalid(SubsetTooBig, "reasoning + audio + image + citation > output")
	}
	return true
}

// fit reports whether disjoint, non-negative parts fit into a whole, without
// overflowing.
func fit(whole int64, parts ...int64) bool {
	for _, part := range parts {
		if part > whole {
			return false
		}
		whole -= part
	}
	return true
}

// billTokens splits the totals into disjoint leaves and prices each. A
// modality is split off only where it has a rate of its own.
func (e *evaluation) billTokens() bool {
	if !e.rates.pricesTokens() {
		return true // billed by units alone
	}
	u := &e.call.Usage
	text, plainRead := u[usage.Input]-u[usage.CacheRead]-u[usage.CacheWrite], u[usage.CacheRead]
	if u[usage.AudioInput]|u[usage.ImageInput]|u[usage.VideoInput] == 0 {
		return e.leaf(input, text) && e.leaf(cacheRead, plainRead) && e.billCacheWrites() && e.billOutput()
	}
	modes := [...]struct {
		rate, cachedRate bucket
		total, cached    int64
	}{
		{inputAudio, cacheReadAudio, u[usage.AudioInput], u[usage.AudioCacheRead]},
		{inputImage, cacheReadImage, u[usage.ImageInput], u[usage.ImageCacheRead]},
		{inputVideo, cacheRead, u[usage.VideoInput], 0},
	}
	for i := range modes {
		m := &modes[i]
		if m.total == 0 {
			continue
		}
		if !e.rates.covers(m.rate) {
			e.result.Flags |= ModalityAtParentRate
			m.total, m.cached = 0, 0
			continue
		}
		fresh := m.total - m.cached
		plainRead -= m.cached
		if deficit := fresh - text; deficit > 0 {
			// More fresh audio or image than uncached tokens: the rest of it
			// must have been read from the cache.
			if deficit > plainRead {
				return e.invalid(SubsetTooBig, "cached + "+bucketSpecs[m.rate].kind+" > input")
			}
			e.result.Flags |= ModalityOverlapInferred
			m.cached += deficit
			plainRead -= deficit
			fresh -= deficit
		}
		text -= fresh
	}
	ok := e.leaf(input, text)
	for _, m := range modes {
		ok = ok && e.leaf(m.rate, m.total-m.cached)
	}
	ok = ok && e.leaf(cacheRead, plainRead)
	for _, m := range modes {
		ok = ok && e.leaf(m.cachedRate, m.cached)
	}
	return ok && e.billCacheWrites() && e.billOutput()
}

// billCacheWrites prices writes by time to live; what is not split bills at
// the vendor's default.
func (e *evaluation) billCacheWrites() bool {
	u := &e.call.Usage
	if u[usage.CacheWrite] == 0 {
		return true
	}
	unsplit := u[usage.CacheWrite]
	splits := [...]struct {
		bucket bucket
		tokens int64
	}{
		{cacheWrite5m, u[usage.CacheWrite5m]}, {cacheWrite30m, u[usage.CacheWrite30m]},
		{cacheWrite1h, u[usage.CacheWrite1h]}, {cacheWrite12h, u[usage.CacheWrite12h]},
	}
	byDefault, defaultTTL := int64(0), e.subject.seller.defaultTTL
	otherRates := false
	for i := range splits {
		s := &splits[i]
		unsplit -= s.tokens
		if s.bucket == defaultTTL && !e.rates.covers(s.bucket) {
			byDefault, s.tokens = s.tokens, 0
		} else if e.rates.covers(s.bucket) {
			otherRates = true
		}
	}
	if unsplit > 0 && otherRates {
		e.result.Flags |= CacheTTLAssumed
	}
	ok := e.leaf(cacheWrite, unsplit+byDefault)
	for _, s := range splits {
		ok = ok && e.leaf(s.bucket, s.tokens)
	}
	return ok
}

func (e *evaluation) billOutput() bool {
	u := &e.call.Usage
	text := u[usage.Output]
	if u[usage.Reasoning]|u[usage.AudioOutput]|u[usage.ImageOutput]|u[usage.Citation] == 0 {
		return e.leaf(output, text)
	}
	parts := [...]struct {
		bucket bucket
		tokens int64
	}{
		{outputReasoning, u[usage.Reasoning]}, {outputAudio, u[usage.AudioOutput]},
		{outputImage, u[usage.ImageOutput]}, {outputCitation, u[usage.Citation]},
	}
	for i := range parts {
		p := &parts[i]
		if e.rates.covers(p.bucket) {
			text -= p.tokens
			continue
		}
		if p.tokens > 0 && (p.bucket == outputAudio || p.bucket == outputImage) {
			e.result.Flags |= ModalityAtParentRate
		}
		p.tokens = 0 // priced as output, of which it is a part
	}
	ok := e.leaf(output, text)
	for _, p := range parts {
		ok = ok && e.leaf(p.bucket, p.tokens)
	}
	return ok
}

// leaf adds a line for tokens of one bucket, at its own rate or its parent's.
func (e *evaluation) leaf(b bucket, tokens int64) bool {
	if tokens == 0 {
		return true
	}
	from := b
	rate, ok := e.rates.get(from)
	for !ok {
		switch from {
		case cacheReadAudio, cacheReadImage:
			from = cacheRead
		case cacheWrite5m, cacheWrite30m, cacheWrite1h, cacheWrite12h:
			from = cacheWrite
		case cacheRead, cacheWrite:
			from = input
		default:
			return e.unpriced(NoRate, bucketSpecs[b].kind)
		}
		rate, ok = e.rates.get(from)
	}
	if from != b {
		switch b {
		case cacheRead, cacheReadAudio, cacheReadImage:
			e.result.Flags |= CacheReadAtParentRate
		default:
			e.result.Flags |= CacheWriteAtParentRate
		}
	}
	e.add(b, tokens, rate, e.tokenMultiplier)
	return true
}
