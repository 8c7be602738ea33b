// Package format writes the answers of reports: as a table for people, as
// JSON and CSV for programs, as Markdown and HTML for documents.
//
// A report hands over a [Document]; its values keep their types (counts,
// exact decimals, durations) until they are written. Tables for people round,
// to a precision the document states; JSON and CSV are exact.
package format
