package health

import (
	"context"
	"errors"
	"fmt"

	"github.com/spanledger/spanledger/collector/ledger"
)

// examineStore also says whether there are calls to be asked about.
func examineStore(ctx context.Context, reader ledger.Reader, openError error) (found Findings, usable bool) {
	down := func(err error) (Findings, bool) {
		return Findings{storeFailed("store", err)}, false
	}
	if openError != nil {
		return down(openError)
	}
	store, ok := reader.(ledger.Store)
	if !ok { // behind the API of a collector, which migrates when it starts
		return Findings{{Check: "store", Grade: OK, Says: "is read through a running collector"}}, true
	}
	have, known, err := store.SchemaVersion(ctx)
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		return Findings{{"store", Warning, "answers, but is empty: no collector has written to it", "start a collector on it: `spanledger up`, or `spanledger collector --config otel-collector.yaml`"}}, false
	case err != nil:
		return down(err)
	}
	found = Findings{{Check: "store", Grade: OK, Says: "answers"}}
	schema := Finding{Check: "schema", Grade: OK, Says: fmt.Sprintf("version %d, as this binary expects", have)}
	switch {
	case have < known:
		schema.Grade, schema.Says = Failed, fmt.Sprintf("version %d, but this binary expects %d", have, known)
		schema.Hint = "start a collector of this version, which migrates the ledger (docs/upgrading.md)"
	case have > known:
		schema.Grade, schema.Says = Failed, fmt.Sprintf("version %d, but this binary knows %d", have, known)
		schema.Hint = "use the version of the collector, or go back to the earlier version (docs/upgrading.md)"
	}
	return append(found, schema), have == known
}
