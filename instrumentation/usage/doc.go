// Package usage is the one table of what an LLM call can use: tokens, and the
// other units that vendors bill. Every reader and writer of counts is driven by
// it: span attributes, prices, command line flags, case files, the collector's
// queue, the columns of both stores and the API. A new billed unit is one
// constant and one row here, and one migration for each store.
package usage
