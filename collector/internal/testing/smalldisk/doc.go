// Package smalldisk gives tests a file system that can be full or read-only.
package smalldisk
