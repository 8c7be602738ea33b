package clickhouse

import (
	"fmt"
	"math/bits"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// toDecimal128 gives the two's complement of an amount that Check has let
// through.
func toDecimal128(d udecimal.Decimal) proto.Decimal128 {
	u, err := ledger.UnitsOf(d)
	if err != nil {
		panic(fmt.Sprintf("clickhouse: amount %s was not checked: %v", d, err))
	}
	if u.Neg {
		u.Hi, u.Lo = negate(u.Hi, u.Lo)
	}
	return proto.Decimal128{High: u.Hi, Low: u.Lo}
}

func fromDecimal128(d proto.Decimal128) udecimal.Decimal {
	u := ledger.Units{Hi: d.High, Lo: d.Low}
	if int64(d.High) < 0 {
		u.Neg = true
		u.Hi, u.Lo = negate(u.Hi, u.Lo)
	}
	return u.Decimal()
}

func negate(hi, lo uint64) (uint64, uint64) {
	lo, borrow := bits.Sub64(0, lo, 0)
	hi, _ = bits.Sub64(0, hi, borrow)
	return hi, lo
}
