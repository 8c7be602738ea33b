// Package sse frames server-sent events that arrive in pieces, after the
// "Interpreting an event stream" section of the HTML standard.
//
// The data of an event is handed on as it comes, so lines and events may have
// any length and nothing is held but the field name at the start of a line
// and the name of the event.
package sse
