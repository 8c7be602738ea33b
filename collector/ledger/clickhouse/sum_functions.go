package clickhouse

import (
	"fmt"

	"github.com/spanledger/spanledger/collector/internal/plaintemplate"
)

// sumFunctions write sums that no value of a row can falsify: ClickHouse adds up
// in the type of the column and wraps silently. A sum beyond its type is the
// largest of the type.
var sumFunctions = plaintemplate.Functions{"total": total, "totalIf": totalIf, "amount": amountSum, "amountIf": amountSumIf, "totals": totals}

// totals are the columns of ledger.Totals over the rows that meet a condition, or
// over all, with the names of columns.Totals.
func totals(condition, status, cost string) string {
	count := func(also string) string {
		switch {
		case condition == "" && also == "":
			return "count()"
		case condition == "" || also == "":
			return "countIf(" + condition + also + ")"
		}
		return "countIf(" + condition + " AND " + also + ")"
	}
	sum, amount := total, amountSum(cost)
	if condition != "" {
		sum = func(column string) string { return totalIf(column, condition) }
		amount = amountSumIf(cost, condition)
	}
	return count("") + " AS calls, " + count("is_error") + " AS errors, " +
		count(status+" = 'unpriced'") + " AS unpriced, " + count(status+" = 'invalid'") + " AS invalid, " +
		sum("input_tokens") + " AS input, " + sum("output_tokens") + " AS output, " +
		sum("cache_read_tokens") + " AS cache_read, " + sum("cache_write_tokens") + " AS cache_write, " +
		sum("reasoning_tokens") + " AS reasoning, " + amount + " AS amount, " + sum("duration_ns") + " AS duration, " + sum("nano_credits") + " AS credits"
}

func total(column string) string {
	return fmt.Sprintf("toInt64(least(sum(toInt128(%s)), toInt128(9223372036854775807)))", column)
}

// totalIf sums counts that are not negative.
func totalIf(column, condition string) string {
	return fmt.Sprintf("toInt64(least(sumIf(toInt128(%s), %s), toInt128(9223372036854775807)))", column, condition)
}

func amountSum(column string) string {
	return limited(fmt.Sprintf("sum(toDecimal256(%s, 18))", column))
}

func amountSumIf(column, condition string) string {
	return limited(fmt.Sprintf("sumIf(toDecimal256(%s, 18), %s)", column, condition))
}

// limited leaves a sum within what a column of amounts holds.
func limited(sum string) string {
	const most = "toDecimal256('99999999999999999999.999999999999999999', 18)"
	return fmt.Sprintf("toDecimal128(greatest(least(%s, %s), -%s), 18)", sum, most, most)
}
