// Package smalldisk gives tests a file system that can be full or read-only, or
// lose what was not written out yet.
package smalldisk
