// Package casefile reads lists of worked pricing cases: a call's provider,
// model, time, usage and attributes, with or without the bill expected of it.
// It is how a catalogue, or this package's arithmetic, is checked from
// outside.
package casefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
	"github.com/spanledger/spanledger/instrumentation/usage"
)

// Case is one call to price. Usage counts follow the OpenTelemetry meaning:
// input_tokens includes cache reads and writes, output_tokens includes
// reasoning.
type Case struct {
	ID             string         `json:"id"`
	Title          string         `json:"title"`
	Provider       string         `json:"provider"`
	Model          string         `json:"model"`
	ResponseModel  string         `json:"response_model"`
	Timestamp      string         `json:"timestamp"` // RFC 3339, or a day
	Usage          map[string]any `json:"usage"`
	Attributes     map[string]any `json:"attributes"`
	ExpectedCost   *string        `json:"expected_cost_usd"`
	ExpectedStatus string         `json:"expected_status"`
	Lines          []Line         `json:"lines"`
}

// Line is one position of the bill expected.
type Line struct {
	Kind     string `json:"kind"`
	Quantity int64  `json:"quantity"`
	Rate     string `json:"rate_usd"`
	Per      int64  `json:"per"`
	Cost     string `json:"cost_usd"`
}

// Read reads a JSON list of cases, or an object with the list under "cases".
func Read(r io.Reader) ([]Case, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var list []Case
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' {
		var wrapped struct {
			Cases []Case `json:"cases"`
		}
		err = decode(data, &wrapped)
		list = wrapped.Cases
	} else {
		err = decode(data, &list)
	}
	return list, err
}

// decode keeps numbers as they are written, beyond the range of a double.
func decode(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(into)
}

// UsageError reports usage that cannot be counted.
type UsageError struct {
	Key     string
	Problem string
	Unknown bool // the key has no meaning here; otherwise its value is no count
}

// Error names the key and what is wrong with it.
func (e *UsageError) Error() string { return fmt.Sprintf("usage.%s: %s", e.Key, e.Problem) }

// Price prices the case. Counts that are not whole numbers make it invalid,
// and units that the package does not know leave it unpriced; an error is a
// mistake in the case itself.
func (c *Case) Price(catalogue *pricing.Catalogue) (pricing.Result, error) {
	call, err := c.Call()
	var bad *UsageError
	switch {
	case errors.As(err, &bad) && bad.Unknown:
		return pricing.Result{Status: pricing.Unpriced, Reason: pricing.NoRate, Detail: bad.Key, Version: catalogue.Version()}, nil
	case errors.As(err, &bad):
		return pricing.Result{Status: pricing.Invalid, Reason: pricing.MalformedUsage, Detail: bad.Key, Version: catalogue.Version()}, nil
	case err != nil:
		return pricing.Result{}, err
	}
	return catalogue.Price(&call), nil
}

// Call turns the case into a call. A [*UsageError] means that the usage cannot
// be counted; any other error is a mistake in the case itself.
func (c *Case) Call() (pricing.Call, error) {
	call := pricing.Call{
		Provider:      c.Provider,
		RequestModel:  c.Model,
		ResponseModel: c.ResponseModel,
		NoUsage:       c.Usage == nil,
	}
	var err error
	if call.Start, err = instant(c.Timestamp); err != nil {
		return call, err
	}
	for _, a := range attributes {
		value, ok := c.Attributes[a.key]
		if !ok {
			continue
		}
		text, err := text(value)
		if err != nil {
			return call, fmt.Errorf("attributes.%s: %w", a.key, err)
		}
		a.set(&call, text)
	}
	for key, value := range c.Usage {
		if key == total {
			continue
		}
		n, err := count(value)
		if err != nil {
			return call, &UsageError{Key: key, Problem: err.Error()}
		}
		counted, known := usage.ByKey(usage.Prefix + strings.TrimPrefix(key, usage.Prefix))
		if !known {
			if n == 0 {
				continue
			}
			return call, &UsageError{Key: key, Problem: "is not a known count", Unknown: true}
		}
		call.Usage[counted.Field] = n
	}
	return call, nil
}

// instant reads an instant, or a day, which is its midnight in UTC.
func instant(text string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fmt.Errorf("timestamp: %q is not a time such as 2026-03-01T12:00:00Z", text)
	}
	return t, nil
}

func text(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	case nil:
		return "", nil
	}
	return "", fmt.Errorf("is not a single value")
}

func count(value any) (int64, error) {
	if value == nil {
		return 0, nil
	}
	number, ok := value.(json.Number)
	if !ok {
		return 0, fmt.Errorf("%v is not a number", value)
	}
	n, err := number.Int64()
	if err != nil {
		return 0, fmt.Errorf("%s is not a whole number of 64 bits", number)
	}
	return n, nil
}
