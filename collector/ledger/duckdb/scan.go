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

type timeField struct{ to *time.Time }

func (f timeField) Scan(v any) error {
	t, ok := v.(time.Time)
	if !ok {
		return fmt.Errorf("time: unexpected %T", v)
	}
	*f.to = t.UTC()
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

func fromBig(i *big.Int, to *udecimal.Decimal) error {
	u, err := ledger.UnitsOfBig(i)
	if err != nil {
		return err
	}
	*to = u.Decimal()
	return nil
}
