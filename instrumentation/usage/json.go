package usage

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// MarshalJSON writes the counts that are not zero, by name.
func (c Counts) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for f, n := range c {
		if n == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = strconv.AppendQuote(out, Field(f).Name())
		out = strconv.AppendInt(append(out, ':'), n, 10)
	}
	return append(out, '}'), nil
}

// UnmarshalJSON reads counts by name. A name that the table does not have is an
// error: a count that is left out is a wrong bill.
func (c *Counts) UnmarshalJSON(data []byte) error {
	var counts map[string]int64
	if err := json.Unmarshal(data, &counts); err != nil {
		return err
	}
	*c = Counts{}
	for name, n := range counts {
		f, ok := ByName(name)
		if !ok {
			return fmt.Errorf("usage: %q is not a known count", name)
		}
		c[f] = n
	}
	return nil
}
