// Package priceimport turns price lists that people already keep into
// catalogue files, and says what of them could not be taken over.
//
// Nothing is guessed: a prefix or substring rule is not turned into a pattern,
// a zero that may mean "not known" is not turned into a free model, and a
// number that is not an exact decimal is not rounded.
package priceimport
