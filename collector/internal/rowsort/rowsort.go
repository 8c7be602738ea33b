// Package rowsort sorts slices of structs with the one copy of the sorting code
// that package sort has. The functions of package slices are compiled again for
// each type of struct, which takes about 15 KB of the binary each time. For slices
// of pointers, numbers or strings, use package slices.
package rowsort

import (
	"cmp"
	"slices"
	"sort"
)

// Func sorts rows in the order of compare, as slices.SortFunc does: equal rows
// may come in any order.
func Func[T any](rows []T, compare func(a, b T) int) {
	sort.Slice(rows, func(i, j int) bool { return compare(rows[i], rows[j]) < 0 })
}

// StableFunc sorts rows in the order of compare, as slices.SortStableFunc does:
// equal rows keep their order.
func StableFunc[T any](rows []T, compare func(a, b T) int) {
	sort.SliceStable(rows, func(i, j int) bool { return compare(rows[i], rows[j]) < 0 })
}

// Large sorts rows in the order of compare, and equal rows keep their order. No row is copied
// to compare it, and each is moved once.
func Large[T any](rows []T, compare func(a, b *T) int) {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(compare(&rows[i], &rows[j]), i-j) })
	for first := range order {
		if order[first] == first {
			continue
		}
		// Each row of a cycle moves to the place of the one before it.
		row, at := rows[first], first
		for order[at] != first {
			from := order[at]
			rows[at], order[at] = rows[from], at
			at = from
		}
		rows[at], order[at] = row, at
	}
}
