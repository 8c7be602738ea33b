// Package securitytest holds the tests of the examples in deploy/security:
// each is added to the shipped configuration, and checks who is refused.
package securitytest
