// Package eino traces graphs and agents of github.com/cloudwego/eino: a handler
// of the framework's own callbacks. The framework itself is not changed.
package eino
