// Package awseventstream frames application/vnd.amazon.eventstream, the binary
// stream of AWS, out of bytes that arrive in pieces.
//
// A message is a prelude of total length, header length and their CRC-32, the
// headers, the payload and a CRC-32 of all before it, all numbers big-endian.
// The payload is handed on as it comes; nothing is held but the prelude and
// one header.
//
// Source: smithy.io/2.0/aws/amazon-eventstream.html.
package awseventstream
