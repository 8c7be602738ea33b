// Package distro assembles the spanledger collector: which components it has,
// under which name it runs, and the configuration it starts with when no one
// gives one.
package distro
