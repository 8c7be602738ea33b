package transfer

import (
	"context"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Forgotten has the target forget whom the source has forgotten, so that a span
// that is delivered again brings nobody back there either.
func Forgotten(ctx context.Context, source, target ledger.Store) error {
	from, ok := source.(ledger.Housekeeper)
	if !ok {
		return nil
	}
	users, err := from.Forgotten(ctx)
	if err != nil || len(users) == 0 {
		return err
	}
	to, ok := target.(ledger.Housekeeper)
	if !ok {
		return fmt.Errorf("%T cannot keep who was forgotten", target)
	}
	return to.KeepForgotten(ctx, users)
}
