package reportapi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/internal/rowsort"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/explain"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

type priceList struct {
	At        string       `json:"at"`
	Catalogue string       `json:"catalogue"`
	More      int          `json:"more"`
	Models    []priceModel `json:"models"`
}

type priceModel struct {
	Provider   string            `json:"provider"`
	Model      string            `json:"model"`
	Region     string            `json:"region"`
	IDs        []string          `json:"ids"`
	InForce    bool              `json:"in_force"`
	Input      *udecimal.Decimal `json:"input_usd"`
	CacheRead  *udecimal.Decimal `json:"cache_read_usd"`
	Output     *udecimal.Decimal `json:"output_usd"`
	Modes      []string          `json:"modes"`
	Confidence string            `json:"confidence"`
}

type priceCard struct {
	At        string       `json:"at"`
	Catalogue string       `json:"catalogue"`
	Entries   []priceEntry `json:"entries"`
}

type priceEntry struct {
	Provider   string        `json:"provider"`
	Model      string        `json:"model"`
	Region     string        `json:"region"`
	IDs        []string      `json:"ids"`
	Confidence string        `json:"confidence"`
	Rates      []priceRate   `json:"rates"`
	Notes      []string      `json:"notes"`
	Sources    []priceSource `json:"sources"`
}

type priceRate struct {
	Mode       string           `json:"mode"`
	Kind       string           `json:"kind"`
	Applies    string           `json:"applies"`
	From       *string          `json:"from"`
	Until      *string          `json:"until"`
	InForce    bool             `json:"in_force"`
	Amount     udecimal.Decimal `json:"usd"`
	Per        int64            `json:"per"`
	Unit       string           `json:"unit"`
	Status     string           `json:"status"`
	Confidence string           `json:"confidence"`
	Sources    []string         `json:"sources"`
}

// usualPrices is how many models a search without a limit lists.
const usualPrices = 100

func askPrices(_ context.Context, in *request) (any, error) {
	at, err := in.instant("at")
	if err != nil {
		return nil, err
	}
	top := in.top
	if top == 0 {
		top = usualPrices
	}
	prices, provider := in.config.prices, in.query.Get("provider")
	words := strings.Fields(strings.ToLower(in.query.Get("q")))
	out := priceList{At: in.rfc3339(at), Catalogue: prices.Version(), Models: []priceModel{}}
	entries := prices.Entries()
	for i := range entries {
		e := &entries[i]
		if provider != "" && !prices.SameProvider(e.Provider, provider) || !mentions(e, words) {
			continue
		}
		if len(out.Models) == top {
			out.More++
			continue
		}
		out.Models = append(out.Models, priceModelOf(e, at))
	}
	return out, nil
}

// mentions holds when every word occurs in what a row is called.
func mentions(e *pricing.Entry, words []string) bool {
	names := strings.ToLower(strings.Join(append([]string{e.Provider + "/" + e.Model.Model, e.Region}, e.IDs...), " "))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(names, word) })
}

func priceModelOf(e *pricing.Entry, at time.Time) priceModel {
	p := explain.ListPriceOf(e, at)
	return priceModel{
		Provider: e.Provider, Model: e.Model.Model, Region: e.Region, IDs: list(slices.Concat(e.IDs, e.Patterns)),
		InForce: p.InForce, Input: p.Input, CacheRead: p.CacheRead, Output: p.Output, Modes: list(p.Modes), Confidence: e.Confidence,
	}
}

// noPriceError is answered as what is not in the ledger is.
type noPriceError struct{ text string }

func (e *noPriceError) Error() string { return e.text }
func (e *noPriceError) Unwrap() error { return ledger.ErrNotFound }

func askPrice(_ context.Context, in *request) (any, error) {
	at, err := in.instant("at")
	if err != nil {
		return nil, err
	}
	model := in.query.Get("model")
	if model == "" {
		return nil, &report.ParameterError{Parameter: "model", Value: model, Err: fmt.Errorf("is missing: name a model, such as gpt-5")}
	}
	entries, reason := in.config.prices.Resolve(in.query.Get("provider"), model, at)
	if reason != "" {
		return nil, &noPriceError{fmt.Sprintf("no price of %q at %s: %s", model, at.Format(time.RFC3339), explain.Why(string(reason), "").Text)}
	}
	out := priceCard{At: in.rfc3339(at), Catalogue: in.config.prices.Version(), Entries: []priceEntry{}}
	for i := range entries {
		out.Entries = append(out.Entries, priceEntryOf(&entries[i], at))
	}
	return out, nil
}

func priceEntryOf(e *pricing.Entry, at time.Time) priceEntry {
	out := priceEntry{
		Provider: e.Provider, Model: e.Model.Model, Region: e.Region, IDs: list(slices.Concat(e.IDs, e.Patterns)),
		Confidence: e.Confidence, Rates: []priceRate{}, Notes: list(explain.Notes(e)), Sources: []priceSource{},
	}
	for _, r := range e.Rates() {
		out.Rates = append(out.Rates, priceRate{
			Mode: r.Mode, Kind: r.Kind, Applies: r.Applies, From: optional(r.From), Until: optional(r.Until), InForce: r.InForce(at),
			Amount: r.Amount, Per: r.Per, Unit: explain.Unit(r.Per), Status: r.Status, Confidence: r.Confidence, Sources: list(r.Sources),
		})
	}
	for key, source := range e.Titles {
		out.Sources = append(out.Sources, priceSource{key, source.Title, optional(source.Read)})
	}
	rowsort.Func(out.Sources, func(a, b priceSource) int { return strings.Compare(a.Key, b.Key) })
	return out
}
