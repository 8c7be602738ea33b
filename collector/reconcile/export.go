package reconcile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/quagmt/udecimal"
)

// Export holds what a vendor says.
type Export struct {
	Kind string // "OpenAI usage", "Anthropic cost", ...
	// HasUsage and HasCost say which figures the export states at all.
	HasUsage bool
	HasCost  bool
	HasCalls bool
	Lines    []Line
}

// Line is one position of an export. Input includes cache reads and writes, as
// in the ledger.
type Line struct {
	Day   time.Time // midnight UTC
	Model string    // as the vendor names it; "" where the position names none

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

const knownFormats = "known are pages of OpenAI's usage and costs endpoints, of Anthropic's usage and cost reports (JSON), AWS cost and usage reports and FOCUS (CSV)"

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
			return nil, &FormatError{file, "is no report of a known format; " + knownFormats}
		}
		if err := read(page, export); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return export, nil
}

// pagesOf splits a stream or list of JSON documents.
func pagesOf(data []byte) ([]json.RawMessage, error) {
	var pages []json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(data))
	for dec.More() {
		var page json.RawMessage
		if err := dec.Decode(&page); err != nil {
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

func parseCost(text string) (udecimal.Decimal, error) {
	amount, err := udecimal.Parse(text)
	if err != nil {
		return udecimal.Decimal{}, fmt.Errorf("amount %q is not a decimal number", text)
	}
	return amount.RoundBank(maxCostDigits), nil
}
