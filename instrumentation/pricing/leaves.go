package pricing

// validate rejects usage that cannot be. Nothing is clamped or repaired.
func (e *evaluation) validate() bool {
	u := &e.call.Usage
	if u.anyNegative() {
		return e.invalid(NegativeUsage, u.firstNegative())
	}
	switch {
	case !fit(u.Input, u.CacheRead, u.CacheWrite):
		return e.invalid(SubsetTooBig, "cache_read + cache_write > input")
	case !fit(u.CacheWrite, u.CacheWrite5m, u.CacheWrite30m, u.CacheWrite1h, u.CacheWrite12h):
		return e.invalid(SubsetTooBig, "cache_write by time to live > cache_write")
	case !fit(u.Input, u.AudioInput, u.ImageInput, u.VideoInput):
		return e.invalid(SubsetTooBig, "audio + image + video > input")
	case !fit(u.CacheRead, u.AudioCacheRead, u.ImageCacheRead):
		return e.invalid(SubsetTooBig, "cache_read by modality > cache_read")
	case u.AudioCacheRead > u.AudioInput:
		return e.invalid(SubsetTooBig, "audio_cache_read > audio_input")
	case u.ImageCacheRead > u.ImageInput:
		return e.invalid(SubsetTooBig, "image_cache_read > image_input")
	case !fit(u.Output, u.Reasoning, u.AudioOutput, u.ImageOutput, u.Citation):
		return e.invalid(SubsetTooBig, "reasoning + audio + image + citation > output")
	}
	return true
}

// anyNegative tests the signs of all counts at once.
func (u *Usage) anyNegative() bool {
	return u.Input|u.Output|u.CacheRead|u.CacheWrite|
		u.CacheWrite5m|u.CacheWrite30m|u.CacheWrite1h|u.CacheWrite12h|
		u.AudioInput|u.AudioCacheRead|u.ImageInput|u.ImageCacheRead|u.VideoInput|
		u.Reasoning|u.AudioOutput|u.ImageOutput|u.Citation|
		u.WebSearches|u.FileSearches|u.XSearches|u.CodeExecutions|u.AttachmentSearches|u.CollectionSearches|
		u.SearchUnits|u.Pages|u.AnnotatedPages|u.Images|u.AudioSeconds|u.Requests < 0
}

func (u *Usage) firstNegative() string {
	for _, count := range [...]struct {
		name  string
		value int64
	}{
		{"input", u.Input}, {"output", u.Output},
		{"cache_read", u.CacheRead}, {"cache_write", u.CacheWrite},
		{"cache_write_5m", u.CacheWrite5m}, {"cache_write_30m", u.CacheWrite30m},
		{"cache_write_1h", u.CacheWrite1h}, {"cache_write_12h", u.CacheWrite12h},
		{"audio_input", u.AudioInput}, {"audio_cache_read", u.AudioCacheRead},
		{"image_input", u.ImageInput}, {"image_cache_read", u.ImageCacheRead},
		{"video_input", u.VideoInput}, {"reasoning", u.Reasoning},
		{"audio_output", u.AudioOutput}, {"image_output", u.ImageOutput}, {"citation", u.Citation},
		{"web_searches", u.WebSearches}, {"file_searches", u.FileSearches},
		{"x_searches", u.XSearches}, {"code_executions", u.CodeExecutions},
		{"attachment_searches", u.AttachmentSearches}, {"collection_searches", u.CollectionSearches},
		{"search_units", u.SearchUnits}, {"pages", u.Pages}, {"annotated_pages", u.AnnotatedPages},
		{"images", u.Images}, {"audio_seconds", u.AudioSeconds}, {"requests", u.Requests},
	} {
		if count.value < 0 {
			return count.name
		}
	}
	return ""
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
	text, plainRead := u.Input-u.CacheRead-u.CacheWrite, u.CacheRead
	if u.AudioInput|u.ImageInput|u.VideoInput == 0 {
		return e.leaf(input, text) && e.leaf(cacheRead, plainRead) && e.billCacheWrites() && e.billOutput()
	}
	modes := [...]struct {
		rate, cachedRate bucket
		total, cached    int64
	}{
		{inputAudio, cacheReadAudio, u.AudioInput, u.AudioCacheRead},
		{inputImage, cacheReadImage, u.ImageInput, u.ImageCacheRead},
		{inputVideo, cacheRead, u.VideoInput, 0},
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
	if u.CacheWrite == 0 {
		return true
	}
	unsplit := u.CacheWrite
	splits := [...]struct {
		bucket bucket
		tokens int64
	}{
		{cacheWrite5m, u.CacheWrite5m}, {cacheWrite30m, u.CacheWrite30m},
		{cacheWrite1h, u.CacheWrite1h}, {cacheWrite12h, u.CacheWrite12h},
	}
	byDefault, defaultTTL := int64(0), e.catalogue.defaultTTL(e.subject.provider)
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
	text := u.Output
	if u.Reasoning|u.AudioOutput|u.ImageOutput|u.Citation == 0 {
		return e.leaf(output, text)
	}
	parts := [...]struct {
		bucket bucket
		tokens int64
	}{
		{outputReasoning, u.Reasoning}, {outputAudio, u.AudioOutput},
		{outputImage, u.ImageOutput}, {outputCitation, u.Citation},
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
