package duckdb

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/plaintemplate"
)

// sumFunctions write sums that no value of a row can make fail: DuckDB refuses a
// statement whose sum overflows, and one row would keep every report from being
// made. A sum beyond its type is the largest of the type.
var sumFunctions = plaintemplate.Functions{"total": total, "totalIf": totalIf, "amount": amountSum, "amountIf": amountSumIf, "totals": totals, "places": places}

// totals are the columns of ledger.Totals, in its order, over the rows that meet a
// condition, or over all.
func totals(condition string) string {
	count := func(also string) string {
		if condition != "" && also != "" {
			also = " AND " + also
		}
		return "count(*)" + filter(condition+also)
	}
	sum := func(column string) string { return totalIf(column, condition) }
	return count("") + " AS calls, " + count("is_error") + " AS errors, " +
		count("cost_status = 'unpriced'") + " AS unpriced, " + count("cost_status = 'invalid'") + " AS invalid, " +
		sum("input_tokens") + " AS input, " + sum("output_tokens") + " AS output, " +
		sum("cache_read_tokens") + " AS cache_read, " + sum("cache_write_tokens") + " AS cache_write, " +
		sum("reasoning_tokens") + " AS reasoning, " + amountSumIf("cost", condition) + " AS amount, " + sum("duration_ns") + " AS duration, " + sum("nano_credits") + " AS credits"
}

func total(column string) string { return totalIf(column, "") }

// totalIf sums counts that are not negative: sum() adds up in 128 bits.
func totalIf(column, condition string) string {
	return fmt.Sprintf("least(coalesce(sum(%s)%s, 0), 9223372036854775807)::BIGINT", column, filter(condition))
}

func amountSum(column string) string { return amountSumIf(column, "") }

// amountSumIf sums amounts. Those of real calls add up as they are. Of those
// beyond 10⁹ the part before the point is summed in 128 bits: as
// DECIMAL(38, 18) two of them may not fit.
func amountSumIf(column, condition string) string {
	const limit = "1000000000"
	usual := column + " BETWEEN -" + limit + " AND " + limit
	// DuckDB evaluates a case for the rows it applies to, and the argument of a
	// filtered sum for all.
	large := "CASE WHEN " + and(condition, "NOT ("+usual+")") + " THEN %s END"
	whole := "coalesce(sum(" + fmt.Sprintf(large, "trunc("+column+")::HUGEINT") + "), 0)"
	rest := "coalesce(sum(" + fmt.Sprintf(large, column+" - trunc("+column+")") + "), 0)::DECIMAL(38, 18)"
	return fmt.Sprintf("(CASE WHEN abs(%[1]s) < 99999999990000000000 THEN %[1]s::DECIMAL(38, 18)"+
		" + %[2]s + coalesce(sum(%[3]s)%[4]s, 0)::DECIMAL(38, 18)"+
		" ELSE sign(%[1]s) * 99999999999999999999.999999999999999999::DECIMAL(38, 18) END)::DECIMAL(38, 18)",
		whole, rest, column, filter(and(condition, usual)))
}

func filter(condition string) string {
	if condition == "" {
		return ""
	}
	return " FILTER (WHERE " + condition + ")"
}

func and(a, b string) string {
	if a == "" {
		return b
	}
	return "(" + a + ") AND " + b
}

// places are the numbers of columns, of which the first is given, to group by. By their names,
// DuckDB looks for columns of similar names first, which takes more time than the rest of its plan.
func places(first int, columns []string) string {
	var b strings.Builder
	for i := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
