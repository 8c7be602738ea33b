// Package providertest is the conformance suite of providers. A provider's
// testdata holds one folder a case:
//
//	case.json       the address, the answer's status and headers, and where the
//	                shape was seen
//	request.*       the request's body
//	response.*      the answer's body, as the vendor's documentation shows it
//	want.json       the attributes of the span; -update writes it
//	content.json    the messages, where the API has any; -update writes it
//
// Cases whose name says that they are recorded have the members and the counts of
// a public recording, and texts of our own.
//
// Every case is run through the transport unchanged, a byte at a time,
// compressed, with unknown fields, and cut off at every byte.
package providertest
