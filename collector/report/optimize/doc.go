// Package optimize finds where money could be saved, and says how it knows.
//
// Savings are calculated from the current catalogue, at the mean call of a
// group, and scaled to what the group really cost; they are estimates, unlike
// everything else the reports say. Nothing is recommended for groups of too few
// calls, and the answer says how many those are.
package optimize
