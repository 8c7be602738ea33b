// Package pricing turns the usage of one LLM call into money, exactly.
//
// A [Catalogue] holds dated price cards for each provider, model and region.
// [Catalogue.Price] finds the card valid at the start of the call, splits
// the usage into disjoint buckets and multiplies. Arithmetic is decimal from
// the rate strings of the catalogue to the amount; nothing is rounded, and the
// line items sum to the amount to the last digit.
//
// A call has one of four outcomes: priced, free (a row that says zero),
// unpriced (no row, or no rate for something the call used; the amount is then
// absent, never zero) and invalid (usage that cannot be, such as more cached
// than input tokens). Unpriced and invalid come with a [Reason]; every stated
// fallback that went into an amount is a flag on the result.
//
// The package does no I/O: the built-in prices are embedded, and files of the
// operator's own are handed over as bytes. The file format is described in
// README.md and by schema.json.
package pricing
