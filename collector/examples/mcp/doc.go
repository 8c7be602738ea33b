// Package mcp shows a tool that runs in a server of the Model Context Protocol
// as part of the run that called it, with the official Go SDK on both sides.
package mcp
