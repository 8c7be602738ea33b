// Package securitytest holds the tests of the examples in deploy/security:
// each is laid over the shipped configuration, and who should be refused is.
package securitytest
