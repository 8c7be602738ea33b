package outcomes

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Value says how much an outcome is worth. JSON has it as a number or as a string.
type Value struct{ udecimal.Decimal }

// UnmarshalJSON reads a number in any form of JSON, also with an exponent.
func (v *Value) UnmarshalJSON(text []byte) error {
	read, err := parseValue(string(bytes.Trim(text, `"`)))
	if err != nil {
		return fmt.Errorf("value %s: %w", text, err)
	}
	*v = *read
	return nil
}

// parseValue reads a decimal number. Further decimals than the ledger keeps are cut, as
// those of values in telemetry are.
func parseValue(text string) (*Value, error) {
	wrong := errors.New("expected a number between -1000000000 and 1000000000, such as 12.50")
	d, err := udecimal.Parse(text)
	if err == nil {
		return &Value{d.Trunc(ledger.Scale)}, nil
	}
	if strings.Trim(text, "+-.0123456789eE") != "" {
		return nil, wrong
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, wrong
	}
	value := ledger.ResultValue(n)
	if value == nil {
		return nil, wrong
	}
	return &Value{*value}, nil
}
