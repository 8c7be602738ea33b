// Package rowsort sorts slices of structs with the one copy of the sorting code
// that package sort has. The functions of package slices are compiled again for
// each type of struct, which takes about 15 KB of the binary each time. For hot
// paths, and for slices of pointers, numbers or strings, use package slices.
package rowsort

import "sort"

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
