package ledger

// Part is a kind of rows that a ledger holds.
type Part string

// Parts of a ledger.
const (
	PartRows      Part = "calls and agent spans"
	PartSums      Part = "sums by hour"
	PartPastCosts Part = "past costs"
	PartLogs      Part = "log records"
	PartResults   Part = "evaluations and outcomes"
)
