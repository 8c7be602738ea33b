// Package columns says which columns the tables of every store have, and which
// field of a row each holds. How a column is written and read is the store's.
package columns

import (
	"time"

	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Kinds makes the columns C of a store for rows of T.
type Kinds[T, C any] struct {
	TraceID  func(name string, field func(*T) *ledger.TraceID) C
	SpanID   func(name string, field func(*T) *ledger.SpanID) C
	SpanIDs  func(name string, field func(*T) *[]ledger.SpanID) C
	Instant  func(name string, field func(*T) *time.Time) C
	Duration func(name string, field func(*T) *time.Duration) C
	Text     func(name string, field func(*T) *string) C
	Word     func(name string, field func(*T) *string) C // one of few texts
	Texts    func(name string, field func(*T) *[]string) C
	Tags     func(name string, field func(*T) *map[string]string) C
	Flag     func(name string, field func(*T) *bool) C
	Small    func(name string, field func(*T) *int) C // 16 bits, not negative
	Number   func(name string, field func(*T) *int) C // 32 bits
	Count    func(name string, field func(*T) *int64) C
	Amount   func(name string, field func(*T) **udecimal.Decimal) C // nil = none
	Bill     func(name string, field func(*T) *ledger.Bill) C       // as text
}
