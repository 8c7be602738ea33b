// Package wire is how rows of the ledger are in the sending queue on disk.
//
// An item begins with the byte 0, which no protobuf message begins with, then
// 'L' and the version of the form. The queue of an earlier release held OTLP
// protobuf: IsRows distinguishes the two. A form is never changed; a change is a
// new version, and Decode still reads every earlier one.
//
// Version 1 is the number of calls, of agent spans and of dead letters, then
// those, field after field in the order of fields.go: numbers as varints, times
// as the difference to the row before, text as its length and bytes. A word (a
// text of few values, such as a model) that is among the last eight distinct
// values of its field is the number of its place there.
//
// Version 2 adds the hash of a prompt's prefix, version 3 pages and seconds of
// sound. Version 4 writes the line items, most of a row before, as their words, which
// are among the last eight mostly, and their figures. Version 5 writes all counts
// together, in the order of the table in instrumentation/usage, and how many that
// table had. Version 7 adds the number of evaluations and outcomes after that of the
// letters, and those at the end. Version 8 writes a bill as its rates, a word, and a
// quantity for each; one that has no rates is a text. Version 9 adds the bytes of the
// parts of the input.
package wire
