package health

import (
	"fmt"
	"time"

	"github.com/spanledger/spanledger/instrumentation/pricing"
)

func examinePrices(prices *pricing.Catalogue, age time.Duration, now time.Time) Finding {
	f := Finding{Check: "catalogue", Grade: OK, Says: "version " + prices.Version()}
	// Versions begin with the day of the list; one of the operator's own need not.
	if len(prices.Version()) < len(time.DateOnly) {
		return f
	}
	day, err := time.Parse(time.DateOnly, prices.Version()[:len(time.DateOnly)])
	if err == nil && now.Sub(day) > age {
		f.Grade, f.Says = Warning, fmt.Sprintf("version %s is %d days old", prices.Version(), int(now.Sub(day).Hours()/24))
		f.Hint = "use a newer release, or add newer prices (price_file of genai_cost)"
	}
	return f
}
