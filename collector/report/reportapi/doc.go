// Package reportapi serves reports over HTTP to programs that do not speak Go:
// GET requests, JSON answers as exact as the command line's, CSV and Markdown
// on request. openapi.yaml describes it and is served with it.
package reportapi
