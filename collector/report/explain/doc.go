// Package explain says in words why a call costs what it costs: the reason and
// the fix where there is no price, what was assumed where there is one, and
// where each rate was read.
package explain
