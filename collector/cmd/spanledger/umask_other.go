//go:build !unix

package main

// keepPrivate does nothing where files inherit the rights of their folder.
func keepPrivate() {}
