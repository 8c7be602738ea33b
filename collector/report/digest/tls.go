package digest

import "crypto/tls"

// tlsConfig is that of a connection to a host.
func tlsConfig(host string) *tls.Config {
	return &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
}
