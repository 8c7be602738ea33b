// Package pricefile is the catalogue file format: prices of LLM calls by
// provider, model, region, mode and period, as documented in the README of
// package pricing and by its schema.json. Money is always a decimal string and
// rates are US dollars; times are days, meaning midnight UTC, or RFC 3339
// instants.
package pricefile

// FormatVersion is the "format" of the files these types describe.
const FormatVersion = 1

// File is one catalogue file: built in, or one of the operator that overrides it.
type File struct {
	Schema      string            `json:"$schema,omitempty"`
	Format      int               `json:"format"`
	Version     string            `json:"version,omitempty"`
	Comment     string            `json:"comment,omitempty"`
	Sources     map[string]Source `json:"sources,omitempty"`
	Gateways    []string          `json:"gateways,omitempty"`
	Providers   []Provider        `json:"providers,omitempty"`
	Adjustments []Adjustment      `json:"adjustments,omitempty"`
	Commitments []Commitment      `json:"commitments,omitempty"`
}

// Source is where rates were read.
type Source struct {
	Title string `json:"title"`
	Read  string `json:"read,omitempty"` // date the source was read or last changed
}

// Provider is a vendor, reseller or server that bills calls.
type Provider struct {
	Name            string            `json:"name"`
	Aliases         []string          `json:"aliases,omitempty"`
	Hosts           []string          `json:"hosts,omitempty"`
	RegionHosts     []string          `json:"region_hosts,omitempty"`
	ResidencyHosts  []string          `json:"residency_hosts,omitempty"`
	Router          bool              `json:"router,omitempty"`
	VendorCost      bool              `json:"vendor_cost,omitempty"`
	Reseller        bool              `json:"reseller,omitempty"`
	Proprietary     bool              `json:"proprietary,omitempty"`
	OpenWeights     []string          `json:"open_weights,omitempty"`
	FreeRefusals    bool              `json:"free_refusals,omitempty"`
	DefaultCacheTTL string            `json:"default_cache_ttl,omitempty"`
	Fees            map[string]string `json:"fees,omitempty"`
	FeeSources      []string          `json:"fee_sources,omitempty"`
	Comment         string            `json:"comment,omitempty"`
	Models          []Model           `json:"models,omitempty"`
	Aliased         []Alias           `json:"aliased,omitempty"`
}

// Model is one model at one provider, in one region where the price depends on it.
type Model struct {
	Model      string     `json:"model"`
	Kind       string     `json:"kind,omitempty"`
	Region     string     `json:"region,omitempty"`
	IDs        []string   `json:"ids,omitempty"`
	Patterns   []string   `json:"patterns,omitempty"`
	Except     []string   `json:"except,omitempty"`
	CatchAll   bool       `json:"catch_all,omitempty"`
	GPUs       int64      `json:"gpus,omitempty"`
	Context    int64      `json:"context_window,omitempty"`
	Cards      []Card     `json:"cards"`
	Modifiers  []Modifier `json:"modifiers,omitempty"`
	Sources    []string   `json:"sources,omitempty"`
	Confidence string     `json:"confidence,omitempty"`
	Notes      string     `json:"notes,omitempty"`
	Conflicts  string     `json:"conflicts,omitempty"`
}

// Card is a list of rates for one mode and period.
type Card struct {
	Mode       string            `json:"mode,omitempty"`
	From       string            `json:"from,omitempty"`
	Until      string            `json:"until,omitempty"`
	Status     string            `json:"status,omitempty"`
	Rates      map[string]string `json:"rates,omitempty"`
	Tiers      []Tier            `json:"tiers,omitempty"`
	Windows    []Window          `json:"windows,omitempty"`
	Sources    []string          `json:"sources,omitempty"`
	Confidence string            `json:"confidence,omitempty"`
}

// Tier replaces the rates of the whole request when its input is long.
type Tier struct {
	Over      int64             `json:"over_input_tokens"`
	Inclusive bool              `json:"inclusive,omitempty"`
	Rates     map[string]string `json:"rates"`
}

// Window replaces the rates at recurring times.
type Window struct {
	Name           string            `json:"name"`
	UTC            [][2]string       `json:"utc"`
	Weekdays       []int             `json:"weekdays,omitempty"`
	CalendarOffset string            `json:"calendar_offset,omitempty"`
	ExceptDates    []string          `json:"except_dates,omitempty"`
	Rates          map[string]string `json:"rates"`
}

// Modifier multiplies the token rates of calls that meet all its conditions.
type Modifier struct {
	When       map[string][]string `json:"when"`
	Multiplier string              `json:"multiplier"`
}

// Alias is an id that means another model, now or over time.
type Alias struct {
	ID      string        `json:"id"`
	Model   string        `json:"model,omitempty"`
	History []AliasPeriod `json:"history,omitempty"`
	Sources []string      `json:"sources,omitempty"`
	Notes   string        `json:"notes,omitempty"`
}

// AliasPeriod holds what an alias meant for a time.
type AliasPeriod struct {
	Model string `json:"model"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// Adjustment is a discount (below 1) or markup (above 1) of the operator's own.
type Adjustment struct {
	Provider   string   `json:"provider"`
	Models     []string `json:"models,omitempty"`
	From       string   `json:"from,omitempty"`
	Until      string   `json:"until,omitempty"`
	Multiplier string   `json:"multiplier"`
	AppliesTo  string   `json:"applies_to,omitempty"`
	Notes      string   `json:"notes,omitempty"`
}

// Commitment is a fixed monthly cost that no single call owns.
type Commitment struct {
	Name     string   `json:"name"`
	Provider string   `json:"provider,omitempty"`
	Models   []string `json:"models,omitempty"`
	Monthly  string   `json:"usd_per_month"`
	From     string   `json:"from,omitempty"`
	Until    string   `json:"until,omitempty"`
	Notes    string   `json:"notes,omitempty"`
}
