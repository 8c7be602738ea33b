//go:build unix

package main

import "syscall"

// keepPrivate has every file that this process makes readable by its user alone:
// the ledger, its queue and what is exported say who asked what of whom.
func keepPrivate() { syscall.Umask(0o077) }
