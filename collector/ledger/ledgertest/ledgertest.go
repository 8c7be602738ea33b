// Package ledgertest defines, as one suite of tests, what every ledger.Store
// does. An engine joins by calling Run from a test of its own.
package ledgertest

import (
	"testing"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Forever keeps the rows of the suite, whose dates are fixed, from expiring.
var Forever = ledger.Retention{DetailDays: ledger.MaxRetentionDays, RollupDays: ledger.MaxRetentionDays, LogDays: ledger.MaxRetentionDays}

// Open gives a store that is migrated and empty, has the retention Forever, and
// is the test's own until it ends.
type Open func(t *testing.T) ledger.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, store ledger.Store)
	}{
		{"every field is read back as it was written", fieldsAreKept},
		{"a field left empty is read back empty", emptyFieldsAreKept},
		{"a bill is read back to the byte, whatever its form", billsAreKept},
		{"a trace that was never written is not found", unknownTrace},
		{"an empty batch is no error", emptyBatch},
		{"migrating twice changes nothing", migrateTwice},

		{"a span twice in a batch is one row", redeliveredInBatch},
		{"batches that are written together are as one", batchesTogether},
		{"a batch written twice is one batch", redeliveredBatch},
		{"of two versions the later holds, whichever is written first", laterVersionHolds},
		{"a span delivered hours later replaces itself", redeliveredLater},
		{"writers at the same time lose and double nothing", concurrentWriters},

		{"totals by every dimension equal an independent computation", aggregateByEveryDimension},
		{"totals by two dimensions equal an independent computation", aggregateByTwoDimensions},
		{"credits are summed in their own unit, of calls and of nothing else", creditsAreSummed},
		{"totals add up over any partition to the last digit", totalsAddUp},
		{"conditions keep and drop what they say", aggregateConditions},
		{"models have the names that the question gives them", modelAliases},
		{"a period has its start and not its end", periodIsHalfOpen},
		{"a limit keeps the most expensive groups", aggregateLimit},
		{"calls alone", callsOnly},
		{"days and hours follow the zone, across a change of the clocks", zones},
		{"the total of nothing is one group of zeros", totalOfNothing},
		{"calls that are not billable are kept and not summed", unbillableCalls},
		{"the largest and smallest amounts are exact", extremeAmounts},
		{"no value can keep a report from being made, or falsify it", extremesBlindNothing},
		{"text of any script is kept and grouped", unicodeText},

		{"rollups equal the calls, whatever is written, again or late", rollupsEqualCalls},
		{"rollups answer only what they can answer exactly", rollupEligibility},
		{"totals of any period follow what is written, when asked again", sumsOfAnyPeriod},
		{"totals of rollups follow the calls, by any dimensions and conditions", sumsOfRollups},

		{"retention is kept, and checked", retention},
		{"expired calls go, and their sums stay", expiry},
		{"a user who is forgotten leaves the sums as they were", forget},

		{"every part is read back by period", everyPart},
		{"the sums of a day that another store kept are taken over, and stay", keptSums},

		{"a large trace is folded as its rows are", foldedTraces},
		{"traces are listed newest, slowest or most expensive first", tracesOrder},
		{"traces are kept by agent and user", tracesFilter},
		{"a trace is listed by the start of its first span", tracesPeriod},
		{"traces are kept by conditions, errors and cost", tracesByConditions},
		{"the newest runs and calls of a long period are listed page by page", newestOfAPeriod},
		{"calls are listed as plain Go lists them", callsEqualPlainGo},
		{"causes of cache misses equal what plain Go finds", cacheMissesEqualPlainGo},
		{"waste equals what plain Go finds", wasteEqualsPlainGo},
		{"conversations are summed as plain Go sums them", conversationsEqualPlainGo},

		{"prefixes that come again are counted as plain Go counts them", prefixesEqualPlainGo},
		{"parts of the context are shared out as plain Go shares them, and add up", contextsAddUp},
		{"a prefix comes again up to the instant the cache forgets it", prefixesWithin},

		{"calls are read by period, and what they cost before is kept", repricing},
		{"new costs are written for the version that was read, and what was before is kept", newCosts},
		{"rollups follow the calls that are repriced, and again changes nothing", rollupsFollowRepricing},
		{"a call that is voided stays off the bill, and what it cost is kept", voidCall},
		{"repricing while calls are written and settled loses nothing", repricingWhileWriting},

		{"a log record is read back as it was written", logFieldsAreKept},
		{"a log record delivered again, alone or in another batch, is one record", redeliveredLogs},
		{"log records are found by trace, attribution, error and period", logQueries},
		{"log records of an application have the user of their trace", logsOfATrace},
		{"log records of thousands of traces have their users", namesOfManyTraces},
		{"log records are listed in order of receipt without losing or repeating one", logsInOrderOfReceipt},
		{"log records expire by a setting of their own", logExpiry},
		{"the log records of a user who is forgotten are gone", forgottenLogs},

		{"an evaluation or outcome is read back as it was written", resultFieldsAreKept},
		{"a result delivered again is one, and the last statement of an outcome holds", resultsAreOnce},
		{"results are summed as plain Go sums them", resultsEqualPlainGo},
		{"results expire with the calls", resultExpiry},
		{"the results of a user who is forgotten name no one", forgottenResults},

		{"a row no store can hold is refused by name", impossibleRows},
		{"a question no store can answer is refused by name", impossibleQuestions},
		{"a cancelled context ends a write and a question", cancelledContext},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, open(t))
		})
	}
}
