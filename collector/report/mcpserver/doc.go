// Package mcpserver answers questions about the ledger over the Model Context
// Protocol, so that a coding agent can ask why a bill rose. Its tools are the read
// operations of the report API: names, descriptions and parameters come from the
// API's OpenAPI document, and a call is a request to its handler. It never writes.
package mcpserver
