package genai

// Usage counts tokens and billed units. Input includes cache reads and
// writes, Output includes reasoning; every other token count is a subset of
// one of the two. Providers that count otherwise are converted by their
// decoder, so this rule holds for all. Counts stand as the vendor gave them:
// an impossible one is for the collector to call invalid.
type Usage struct {
	Input  Opt[int64]
	Output Opt[int64]

	CacheRead     int64
	CacheWrite    int64 // all lifetimes
	CacheWrite5m  int64
	CacheWrite30m int64
	CacheWrite1h  int64
	CacheWrite12h int64
	Reasoning     int64
	Citation      int64 // tokens of cited sources, billed as output

	TextInput      int64
	ImageInput     int64
	AudioInput     int64
	TextCacheRead  int64
	ImageCacheRead int64
	AudioCacheRead int64
	TextOutput     int64
	ImageOutput    int64
	AudioOutput    int64

	WebSearches  int64
	FileSearches int64
	CodeExecs    int64
	// XSearches and CollectionSearches are of xAI: in posts, and in documents
	// that lie with it.
	XSearches          int64
	CollectionSearches int64
	SearchUnits        int64
	Pages              int64
	// AnnotatedPages are beside Pages: billed at another rate.
	AnnotatedPages int64
	Images         int64
	AudioSeconds   int64 // of sound that was transcribed, where that is what is billed

	SearchContextSize string // low, medium, high

	// Estimated says that no vendor reported Input and Output.
	Estimated bool
}

// Reported says whether the vendor gave any count.
func (u *Usage) Reported() bool {
	return (u.Input.Set || u.Output.Set || u.SearchUnits != 0 || u.Images != 0 || u.Pages != 0 || u.AnnotatedPages != 0 || u.AudioSeconds != 0) && !u.Estimated
}
