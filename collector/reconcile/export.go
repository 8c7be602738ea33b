package reconcile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Export holds what a vendor says.
type Export struct {
	Kind string // "OpenAI usage", "Anthropic cost", ...
	// HasUsage and HasCost say which figures the export states at all.
	HasUsage bool
	HasCost  bool
	HasCalls bool
	Lines    []Line
	// LeftOut are positions that are no model calls, by what they are for.
	LeftOut map[string]LeftOut
	// Unfinished counts pages after which there are more, Last those that are
	// the last of a report. Formats without pages have neither.
	Unfinished, Last int
}

// LeftOut sums positions that were left out.
type LeftOut struct {
	Positions int
	Cost      udecimal.Decimal // in the currency of the report
}

func (e *Export) leaveOut(what string, cost udecimal.Decimal) {
	if e.LeftOut == nil {
		e.LeftOut = make(map[string]LeftOut)
	}
	sum := e.LeftOut[what]
	e.LeftOut[what] = LeftOut{sum.Positions + 1, sum.Cost.Add(cost)}
}

// Add appends a further page of the same report.
func (e *Export) Add(page *Export) {
	e.Lines = append(e.Lines, page.Lines...)
	e.Unfinished, e.Last = e.Unfinished+page.Unfinished, e.Last+page.Last
	for what, sum := range page.LeftOut {
		if e.LeftOut == nil {
			e.LeftOut = make(map[string]LeftOut)
		}
		known := e.LeftOut[what]
		e.LeftOut[what] = LeftOut{known.Positions + sum.Positions, known.Cost.Add(sum.Cost)}
	}
}

// IncompleteError reports that the last page of a report is missing.
type IncompleteError struct{ Kind string }

func (e *IncompleteError) Error() string {
	return e.Kind + ": pages of the report are missing (has_more is true): download the page that next_page names, and add it"
}

// Complete reports whether a page is known to be missing, as an *IncompleteError.
func (e *Export) Complete() error {
	if e.Unfinished > 0 && e.Last == 0 {
		return &IncompleteError{e.Kind}
	}
	return nil
}

// pageEnd says whether a page of a vendor's API has one after it.
type pageEnd struct {
	HasMore *bool `json:"has_more"`
}

func (e *Export) countPage(page []byte) {
	var end pageEnd
	if err := json.Unmarshal(page, &end); err != nil || end.HasMore == nil {
		return
	}
	if *end.HasMore {
		e.Unfinished++
	} else {
		e.Last++
	}
}

// Line is one position of an export. Input includes cache reads and writes, as
// in the ledger.
type Line struct {
	Day   time.Time // midnight UTC
	Model string    // as the vendor names it; "" or in brackets where the position is about none
	Named bool      // by a sales name, a meter or a usage type, not by the id of calls

	Calls      int64
	Input      int64
	Output     int64
	CacheRead  int64
	CacheWrite int64
	Cost       udecimal.Decimal // USD
}

// FormatError reports an export that is not of a known format.
type FormatError struct {
	File   string
	Reason string
}

// Error names the file and what was expected.
func (e *FormatError) Error() string { return e.File + ": " + e.Reason }

const knownFormats = "supported are pages of OpenAI's usage and costs endpoints, of Anthropic's usage and cost reports (JSON), Google's billing export (JSON, CSV), AWS cost and usage reports, Azure's cost export and FOCUS (CSV)"

// Read reads an export and recognises its format. Several pages of one report
// may follow each other, or are in a JSON list.
func Read(file string, data []byte) (*Export, error) {
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return nil, &FormatError{file, "is empty"}
	}
	if trimmed[0] != '{' && trimmed[0] != '[' {
		return readCSV(file, data)
	}
	pages, err := pagesOf(trimmed)
	if err != nil {
		return nil, &FormatError{file, err.Error()}
	}
	export := &Export{}
	for _, page := range pages {
		read := pageReader(page)
		if read == nil {
			return nil, &FormatError{file, "is not a report of a known format; " + knownFormats}
		}
		if err := read(page, export); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		export.countPage(page)
	}
	return export, nil
}

// pagesOf splits a stream or list of JSON documents.
func pagesOf(data []byte) ([]json.RawMessage, error) {
	var pages []json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(data))
	for dec.More() {
		var page json.RawMessage
		if err := dec.Decode(&page); errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("the JSON ends before it is complete: the file may be cut off")
		} else if err != nil {
			return nil, fmt.Errorf("is neither JSON nor CSV: %w", err)
		}
		if page[0] == '[' {
			var list []json.RawMessage
			if err := json.Unmarshal(page, &list); err != nil {
				return nil, err
			}
			pages = append(pages, list...)
			continue
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// pageReader recognises a page by the fields that only its format has.
func pageReader(page []byte) func([]byte, *Export) error {
	switch {
	case bytes.Contains(page, []byte(`"organization.costs.result"`)):
		return readOpenAICosts
	case bytes.Contains(page, []byte(`"organization.usage.`)):
		return readOpenAIUsage
	case bytes.Contains(page, []byte(`"sku"`)) && bytes.Contains(page, []byte(`"service"`)):
		return readGoogleBilling
	case bytes.Contains(page, []byte(`"uncached_input_tokens":`)), bytes.Contains(page, []byte(`"server_tool_use"`)):
		return readAnthropicUsage
	case bytes.Contains(page, []byte(`"cost_type"`)), bytes.Contains(page, []byte(`"amount"`)):
		return readAnthropicCost
	case bytes.Contains(page, []byte(`"start_time"`)), bytes.Contains(page, []byte(`"starting_at"`)):
		return func([]byte, *Export) error { return nil } // buckets without results: nothing was used
	}
	return nil
}

// dayOf is the UTC day of an instant.
func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// decodeNumbers keeps numbers as they are written: money must not pass through
// a double.
func decodeNumbers(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(into)
}

// maxCostDigits is the scale of the ledger. Vendors write sums of doubles with
// more digits than they mean; those beyond are rounded away.
const maxCostDigits = 18

// grouped is a number with commas between its thousands.
var grouped = regexp.MustCompile(`^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$`)

// parseCost reads an amount, with an exponent or commas between thousands too.
func parseCost(text string) (udecimal.Decimal, error) {
	if len(text) > 64 {
		return udecimal.Decimal{}, fmt.Errorf("amount %.20s… is too long", text)
	}
	if grouped.MatchString(text) {
		text = strings.ReplaceAll(text, ",", "")
	}
	if strings.ContainsAny(text, "eE") {
		value, ok := new(big.Rat).SetString(text)
		if !ok {
			return udecimal.Decimal{}, fmt.Errorf("amount %q is not a decimal number", text)
		}
		text = value.FloatString(maxCostDigits)
	}
	amount, err := udecimal.Parse(text)
	if err != nil {
		return udecimal.Decimal{}, fmt.Errorf("amount %q is not a decimal number", text)
	}
	return amount.RoundBank(maxCostDigits), nil
}

// leftOutHint says what an export without calls is about instead.
func (e *Export) leftOutHint() string {
	if len(e.LeftOut) == 0 {
		return ""
	}
	return fmt.Sprintf(" of models (%s left out: %s)", format.Counted(int64(e.leftOutPositions()), "other item"), strings.Join(slices.Sorted(maps.Keys(e.LeftOut)), ", "))
}

func (e *Export) leftOutPositions() (n int) {
	for _, sum := range e.LeftOut {
		n += sum.Positions
	}
	return n
}
