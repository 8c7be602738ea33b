package duckdb

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// The types below read what the driver gives for a column into a field.

type traceIDField struct{ to *ledger.TraceID }

func (f traceIDField) Scan(v any) error {
	b, ok := v.([]byte)
	if !ok || len(b) != len(f.to) {
		return fmt.Errorf("trace id: unexpected %T", v)
	}
	copy(f.to[:], b)
	return nil
}

type spanIDField struct{ to *ledger.SpanID }

func (f spanIDField) Scan(v any) error {
	n, ok := v.(uint64)
	if !ok {
		return fmt.Errorf("span id: unexpected %T", v)
	}
	binary.BigEndian.PutUint64(f.to[:], n)
	return nil
}

func spanIDValue(id ledger.SpanID) uint64 { return binary.BigEndian.Uint64(id[:]) }

type spanIDsField struct{ to *[]ledger.SpanID }

func (f spanIDsField) Scan(v any) error {
	values, ok := v.([]any)
	if !ok {
		return fmt.Errorf("span ids: unexpected %T", v)
	}
	for _, value := range values {
		var id ledger.SpanID
		if err := (spanIDField{&id}).Scan(value); err != nil {
			return err
		}
		*f.to = append(*f.to, id)
	}
	return nil
}

type timeField struct{ to *time.Time }

func (f timeField) Scan(v any) error {
	t, ok := v.(time.Time)
	if !ok {
		return fmt.Errorf("time: unexpected %T", v)
	}
	*f.to = t.UTC()
	return nil
}

type stringsField struct{ to *[]string }

func (f stringsField) Scan(v any) error {
	values, ok := v.([]any)
	if !ok {
		return fmt.Errorf("list: unexpected %T", v)
	}
	for _, value := range values {
		s, ok := value.(string)
		if !ok {
			return fmt.Errorf("list: unexpected %T", value)
		}
		*f.to = append(*f.to, s)
	}
	return nil
}

type tagsField struct{ to *map[string]string }

func (f tagsField) Scan(v any) error {
	m, ok := v.(duckdb.OrderedMap)
	if !ok {
		return fmt.Errorf("tags: unexpected %T", v)
	}
	if m.Len() == 0 {
		return nil
	}
	*f.to = make(map[string]string, m.Len())
	values := m.Values()
	for i, k := range m.Keys() {
		key, isString := k.(string)
		value, areStrings := values[i].(string)
		if !isString || !areStrings {
			return fmt.Errorf("tags: unexpected %T to %T", k, values[i])
		}
		(*f.to)[key] = value
	}
	return nil
}

type billField struct{ to *ledger.Bill }

func (f billField) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("bill: unexpected %T", v)
	}
	*f.to = ledger.ReadBill(s)
	return nil
}

// decimalField reads an amount; NULL leaves the field as it is.
type decimalField struct{ to *udecimal.Decimal }

func (f decimalField) Scan(v any) error {
	d, ok := v.(duckdb.Decimal)
	if !ok {
		return fmt.Errorf("decimal: unexpected %T", v)
	}
	return fromBig(d.Value, f.to)
}

type nullDecimalField struct{ to **udecimal.Decimal }

func (f nullDecimalField) Scan(v any) error {
	if v == nil {
		return nil
	}
	var d udecimal.Decimal
	if err := (decimalField{&d}).Scan(v); err != nil {
		return err
	}
	*f.to = &d
	return nil
}

func fromBig(i *big.Int, to *udecimal.Decimal) error {
	u, err := ledger.UnitsOfBig(i)
	if err != nil {
		return err
	}
	*to = u.Decimal()
	return nil
}
