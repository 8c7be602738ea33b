package report

import (
	"github.com/quagmt/udecimal"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// CreditsColumn heads the AI credits of GitHub. They are a unit of their own and no part
// of any amount; the column is shown where there are any.
var CreditsColumn = format.Column{Key: "ai_credits", Header: "AI credits", Kind: format.Decimal}

// Credits are the AI credits of calls.
func Credits(t *ledger.Totals) udecimal.Decimal {
	const nano = 9
	return udecimal.MustFromInt64(t.NanoCredits, nano)
}
