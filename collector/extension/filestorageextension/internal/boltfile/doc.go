// Package boltfile reads files of bbolt that may be damaged. It reads with
// ReadAt alone, since a file that is cut short ends a process that has mapped
// it, and bbolt panics in a goroutine of its own where its pages contradict each
// other.
package boltfile
