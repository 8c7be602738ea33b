// Package moduletest holds the promises about the Go modules, from outside of the
// repository: what an application gets that imports the library, and what
// go install gets.
package moduletest
