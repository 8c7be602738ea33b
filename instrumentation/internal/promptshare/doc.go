// Package promptshare counts of how many bytes the parts of a request's input are, so
// that what a call costs can be shared out among them, without what was said.
//
// The parts are the instructions, the tool definitions (by MCP server, else by tool),
// the earlier messages, retrieved documents wherever they are, and the last message.
// What is no input of the model, such as its name and parameters, is in none.
package promptshare
