// Package langchaingo traces agents of github.com/tmc/langchaingo: wrappers of
// the framework's own interfaces, handed to it in place of what they wrap. The
// framework itself is not changed.
package langchaingo
