package pricing

// The types of this file are the catalogue file format, version 1, as
// documented in README.md and schema.json. Money is always a decimal string.

// FormatVersion is the "format" of catalogue files this package reads.
const FormatVersion = 1

type fileV1 struct {
	Schema      string                `json:"$schema,omitempty"`
	Format      int                   `json:"format"`
	Version     string                `json:"version,omitempty"`
	Comment     string                `json:"comment,omitempty"`
	Sources     map[string]fileSource `json:"sources,omitempty"`
	Gateways    []string              `json:"gateways,omitempty"`
	Providers   []fileProvider        `json:"providers,omitempty"`
	Adjustments []fileAdjustment      `json:"adjustments,omitempty"`
	Commitments []fileCommitment      `json:"commitments,omitempty"`
}

type fileSource struct {
	Title string `json:"title"`
	Read  string `json:"read,omitempty"` // date the source was read or last changed
}

type fileProvider struct {
	Name            string            `json:"name"`
	Aliases         []string          `json:"aliases,omitempty"`
	Hosts           []string          `json:"hosts,omitempty"`
	RegionHosts     []string          `json:"region_hosts,omitempty"`
	ResidencyHosts  []string          `json:"residency_hosts,omitempty"`
	Router          bool              `json:"router,omitempty"`
	DefaultCacheTTL string            `json:"default_cache_ttl,omitempty"`
	Fees            map[string]string `json:"fees,omitempty"`
	FeeSources      []string          `json:"fee_sources,omitempty"`
	Comment         string            `json:"comment,omitempty"`
	Models          []fileModel       `json:"models,omitempty"`
	Aliased         []fileAlias       `json:"aliased,omitempty"`
}

type fileModel struct {
	Model      string         `json:"model"`
	Kind       string         `json:"kind,omitempty"`
	Region     string         `json:"region,omitempty"`
	IDs        []string       `json:"ids,omitempty"`
	Patterns   []string       `json:"patterns,omitempty"`
	Except     []string       `json:"except,omitempty"`
	CatchAll   bool           `json:"catch_all,omitempty"`
	GPUs       int64          `json:"gpus,omitempty"`
	Context    int64          `json:"context_window,omitempty"`
	Cards      []fileCard     `json:"cards"`
	Modifiers  []fileModifier `json:"modifiers,omitempty"`
	Sources    []string       `json:"sources,omitempty"`
	Confidence string         `json:"confidence,omitempty"`
	Notes      string         `json:"notes,omitempty"`
	Conflicts  string         `json:"conflicts,omitempty"`
}

type fileCard struct {
	Mode       string            `json:"mode,omitempty"`
	From       string            `json:"from,omitempty"`
	Until      string            `json:"until,omitempty"`
	Status     string            `json:"status,omitempty"`
	Rates      map[string]string `json:"rates,omitempty"`
	Tiers      []fileTier        `json:"tiers,omitempty"`
	Windows    []fileWindow      `json:"windows,omitempty"`
	Sources    []string          `json:"sources,omitempty"`
	Confidence string            `json:"confidence,omitempty"`
}

type fileTier struct {
	Over      int64             `json:"over_input_tokens"`
	Inclusive bool              `json:"inclusive,omitempty"`
	Rates     map[string]string `json:"rates"`
}

type fileWindow struct {
	Name           string            `json:"name"`
	UTC            [][2]string       `json:"utc"`
	Weekdays       []int             `json:"weekdays,omitempty"`
	CalendarOffset string            `json:"calendar_offset,omitempty"`
	ExceptDates    []string          `json:"except_dates,omitempty"`
	Rates          map[string]string `json:"rates"`
}

type fileModifier struct {
	When       map[string][]string `json:"when"`
	Multiplier string              `json:"multiplier"`
}

type fileAlias struct {
	ID      string            `json:"id"`
	Model   string            `json:"model,omitempty"`
	History []fileAliasPeriod `json:"history,omitempty"`
	Sources []string          `json:"sources,omitempty"`
	Notes   string            `json:"notes,omitempty"`
}

type fileAliasPeriod struct {
	Model string `json:"model"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

type fileAdjustment struct {
	Provider   string   `json:"provider"`
	Models     []string `json:"models,omitempty"`
	From       string   `json:"from,omitempty"`
	Until      string   `json:"until,omitempty"`
	Multiplier string   `json:"multiplier"`
	AppliesTo  string   `json:"applies_to,omitempty"`
	Notes      string   `json:"notes,omitempty"`
}

type fileCommitment struct {
	Name     string   `json:"name"`
	Provider string   `json:"provider,omitempty"`
	Models   []string `json:"models,omitempty"`
	Monthly  string   `json:"usd_per_month"`
	From     string   `json:"from,omitempty"`
	Until    string   `json:"until,omitempty"`
	Notes    string   `json:"notes,omitempty"`
}
