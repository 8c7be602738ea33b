// Package picture makes the pictures of the documents small.
package picture
