// Package content reads prompts and answers from the log records of a call, as
// they were recorded: redacted and cut where recording did that. Nothing is
// fetched from elsewhere.
package content
