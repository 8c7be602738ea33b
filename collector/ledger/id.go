package ledger

import (
	"encoding/hex"
	"fmt"
)

// ParseTraceID reads 32 hexadecimal digits, as tracing tools print them.
func ParseTraceID(s string) (TraceID, error) {
	var id TraceID
	err := decodeID(id[:], s)
	if err != nil {
		return TraceID{}, fmt.Errorf("trace id %q: %w", s, err)
	}
	return id, nil
}

// ParseSpanID reads 16 hexadecimal digits.
func ParseSpanID(s string) (SpanID, error) {
	var id SpanID
	err := decodeID(id[:], s)
	if err != nil {
		return SpanID{}, fmt.Errorf("span id %q: %w", s, err)
	}
	return id, nil
}

func decodeID(id []byte, s string) error {
	if len(s) != 2*len(id) {
		return fmt.Errorf("has %d characters, expected %d hexadecimal digits", len(s), 2*len(id))
	}
	_, err := hex.Decode(id, []byte(s))
	return err
}

// IsZero reports an id that was never set.
func (id TraceID) IsZero() bool { return id == TraceID{} }

// String is lower-case hexadecimal.
func (id TraceID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes String.
func (id TraceID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *TraceID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseTraceID(string(text))
	return err
}

// IsZero reports an id that was never set, as that of a root's parent.
func (id SpanID) IsZero() bool { return id == SpanID{} }

// String is lower-case hexadecimal.
func (id SpanID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes String.
func (id SpanID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *SpanID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseSpanID(string(text))
	return err
}
