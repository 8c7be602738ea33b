// Package alertmanager talks to a running Alertmanager: it raises and resolves
// alerts and reads how many notifications went out.
package alertmanager
