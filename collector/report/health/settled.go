package health

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/settle"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

// settling is how long a collector may take to settle what it has written.
const settling = 5 * time.Minute

// examineBills looks for calls whose bill was decided wrongly.
func examineBills(ctx context.Context, reader ledger.Reader, flags string, now time.Time) Finding {
	const check = "bills of calls"
	repair := report.Since(window, now).On(flags).Command("repair")
	hint := repair + " lists the calls, --apply corrects them"
	store, ok := reader.(ledger.Store)
	if !ok { // behind the API of a collector
		return Finding{check, Skipped, "not checked through a collector's API; use `" + repair + "`", ""}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found, err := settle.Repair(ctx, store, settle.RepairOptions{From: now.Add(-window), Until: now.Add(-settling)})
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return Finding{check, Skipped, fmt.Sprintf("not completed within %s", format.Window(limit)), hint}
	case err != nil:
		return storeFailed(check, err)
	case len(found.Wrong) > 0:
		return Finding{check, Failed, fmt.Sprintf("%s settled wrongly: the total is wrong by %s USD", format.Counted(int64(len(found.Wrong)), "call"), found.Difference), hint}
	}
	return Finding{Check: check, Grade: OK, Says: fmt.Sprintf("%s in which several spans may describe one call (last %.0fh, except the last %.0f minutes): none is settled wrongly",
		format.Counted(int64(found.Traces), "trace"), window.Hours(), settling.Minutes())}
}
