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
		return Findings{{"store", Failed, err.Error(), "see that the store runs, and that --store or --server names it"}}, false
	}
	if openError != nil {
		return down(openError)
	}
	store, ok := reader.(ledger.Store)
	if !ok { // behind the API of a collector, which migrates when it starts
		return Findings{{Check: "store", Grade: OK, Says: "is read through a collector"}}, true
	}
	have, known, err := store.SchemaVersion(ctx)
	switch {
	case errors.Is(err, ledger.ErrNoSchema):
		return Findings{{"store", Warning, "answers, and is empty: no collector has written to it", "start a collector on it: `spanledger up`, or `spanledger collector --config otel-collector.yaml`"}}, false
	case err != nil:
		return down(err)
	}
	found = Findings{{Check: "store", Grade: OK, Says: "answers"}}
	schema := Finding{Check: "schema", Grade: OK, Says: fmt.Sprintf("version %d, the newest this binary knows", have)}
	switch {
	case have < known:
		schema.Grade, schema.Says = Failed, fmt.Sprintf("version %d, and this binary wants %d", have, known)
		schema.Cure = "start a collector of this version on it, which migrates (docs/upgrading.md)"
	case have > known:
		schema.Grade, schema.Says = Failed, fmt.Sprintf("version %d, and this binary knows %d", have, known)
		schema.Cure = "use a spanledger as new as the collector, or go back as docs/upgrading.md says"
	}
	return append(found, schema), have == known
}
