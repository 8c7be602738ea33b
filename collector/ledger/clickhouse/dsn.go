package clickhouse

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/ClickHouse/ch-go"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
)

const (
	defaultPort       = "9000"
	defaultSecurePort = "9440"
	defaultDatabase   = "spanledger"
	defaultUser       = "default"
)

// DSNError reports a DSN that cannot be used. It never quotes the DSN, which
// may hold a password.
type DSNError struct {
	Part   string // host, password_file, ...
	Reason string
}

func (e *DSNError) Error() string { return "clickhouse dsn: " + e.Part + ": " + e.Reason }

type settings struct {
	addresses   []string
	user        string
	password    string
	database    string
	compression ch.Compression
	tls         *tls.Config
	connections int32
	cluster     cluster
}

// Validate reports what is wrong with a dsn, as a *DSNError.
func Validate(dsn string) error {
	_, err := parseDSN(dsn)
	return err
}

func parseDSN(dsn string) (*settings, error) {
	rest, ok := strings.CutPrefix(dsn, "clickhouse://")
	if !ok {
		return nil, &DSNError{"scheme", "expected clickhouse://"}
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, database, _ := strings.Cut(rest, "/")
	s := &settings{user: defaultUser, database: defaultDatabase, compression: ch.CompressionLZ4, connections: maxConnections}
	if database != "" {
		name, err := url.PathUnescape(database)
		if err != nil || strings.ContainsAny(name, "/`\x00") {
			return nil, &DSNError{"database", "expected a name without / and `"}
		}
		s.database = name
	}
	hosts := authority
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		hosts = authority[at+1:]
		if err := s.readUser(authority[:at]); err != nil {
			return nil, err
		}
	}
	if err := s.readOptions(query); err != nil {
		return nil, err
	}
	return s, s.readHosts(hosts)
}

// clusterName keeps the name of a cluster to what a statement may hold as it is.
var clusterName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

func (s *settings) readUser(info string) error {
	user, password, _ := strings.Cut(info, ":")
	var err error
	if s.user, err = url.PathUnescape(user); err != nil {
		return &DSNError{"user", "expected percent-encoding"}
	}
	if s.password, err = url.PathUnescape(password); err != nil {
		return &DSNError{"password", "expected percent-encoding"}
	}
	return nil
}

func (s *settings) readHosts(hosts string) error {
	port := defaultPort
	if s.tls != nil {
		port = defaultSecurePort
	}
	for host := range strings.SplitSeq(hosts, ",") {
		if host == "" {
			return &DSNError{"host", "missing: expected host:port"}
		}
		address := host
		if _, _, err := net.SplitHostPort(host); err != nil {
			address = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		if _, p, err := net.SplitHostPort(address); err != nil || !validPort(p) {
			return &DSNError{"host", fmt.Sprintf("%q: expected host:port", host)}
		}
		s.addresses = append(s.addresses, address)
	}
	return nil
}

func validPort(p string) bool {
	n, err := strconv.ParseUint(p, 10, 16)
	return err == nil && n > 0
}

var compressions = map[string]ch.Compression{
	"lz4": ch.CompressionLZ4, "zstd": ch.CompressionZSTD, "none": ch.CompressionDisabled,
}

func (s *settings) readOptions(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return &DSNError{"options", "expected option=value&option=value"}
	}
	s.cluster.replicated = true
	for option, all := range values {
		value := all[len(all)-1]
		switch option {
		case "secure", "skip_verify", "replicated":
			on, err := strconv.ParseBool(value)
			if err != nil {
				return &DSNError{option, fmt.Sprintf("%q: expected true or false", value)}
			}
			if option == "replicated" {
				s.cluster.replicated = on
				continue
			}
			if on {
				s.secure().InsecureSkipVerify = s.secure().InsecureSkipVerify || option == "skip_verify" //nolint:gosec // asked for by name
			}
		case "ca_file":
			pem, err := plainfile.Read(value)
			if err != nil {
				return &DSNError{option, err.Error()}
			}
			pool := x509.NewCertPool()
			if !pool.AppendCertsFromPEM(pem) {
				return &DSNError{option, value + ": no PEM certificate in it"}
			}
			s.secure().RootCAs = pool
		case "cert_file", "key_file":
			// Both are read below: one is nothing without the other.
			if err := plainfile.Check(value); err != nil {
				return &DSNError{option, err.Error()}
			}
		case "cluster":
			if !clusterName.MatchString(value) {
				return &DSNError{option, fmt.Sprintf("%q: expected the name of a cluster in remote_servers", value)}
			}
			s.cluster.name = value
		case "password_file":
			password, err := plainfile.Read(value)
			if err != nil {
				return &DSNError{option, err.Error()}
			}
			s.password = strings.TrimRight(string(password), "\r\n")
		case "compression":
			method, ok := compressions[value]
			if !ok {
				return &DSNError{option, fmt.Sprintf("%q: expected lz4, zstd or none", value)}
			}
			s.compression = method
		case "max_connections":
			n, err := strconv.ParseInt(value, 10, 32)
			if err != nil || n < 1 {
				return &DSNError{option, fmt.Sprintf("%q: expected a number from 1", value)}
			}
			s.connections = int32(n)
		default:
			return &DSNError{"options", fmt.Sprintf("unknown option %q: expected secure, skip_verify, ca_file, cert_file, key_file, password_file, compression, max_connections, cluster or replicated", option)}
		}
	}
	if s.cluster.name == "" {
		if values.Has("replicated") {
			return &DSNError{"replicated", "has an effect only with a cluster: add cluster=NAME"}
		}
		s.cluster.replicated = false
	}
	return s.readCertificate(values.Get("cert_file"), values.Get("key_file"))
}

// readCertificate takes what the server knows the client by.
func (s *settings) readCertificate(certificate, key string) error {
	switch {
	case certificate == "" && key == "":
		return nil
	case certificate == "":
		return &DSNError{"key_file", "needs cert_file as well"}
	case key == "":
		return &DSNError{"cert_file", "needs key_file as well"}
	}
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return &DSNError{"cert_file", err.Error()}
	}
	s.secure().Certificates = []tls.Certificate{pair}
	return nil
}

func (s *settings) secure() *tls.Config {
	if s.tls == nil {
		s.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return s.tls
}

func (s *settings) options() ch.Options {
	o := ch.Options{
		Address:     strings.Join(s.addresses, ","),
		Database:    s.database,
		User:        s.user,
		Password:    s.password,
		Compression: s.compression,
		ClientName:  clientName,
		DialTimeout: dialTimeout,

		HandshakeTimeout: handshakeTimeout,

		ReadTimeout: silence, // the context bounds every statement
		Dialer:      &failover{addresses: s.addresses, tls: s.tls},
	}
	if s.cluster.name != "" {
		o.Settings = consistent
	}
	return o
}

// failover dials the address that worked last, then the others in turn.
type failover struct {
	addresses []string
	tls       *tls.Config
	current   atomic.Uint32
}

func (f *failover) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	var failures error
	first := f.current.Load()
	for i := range f.addresses {
		n := (int(first) + i) % len(f.addresses)
		conn, err := f.dial(ctx, network, f.addresses[n])
		if err == nil {
			f.current.Store(uint32(n))
			return &watchedConn{Conn: conn}, nil
		}
		failures = errors.Join(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, failures
}

func (f *failover) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout}
	if f.tls == nil {
		return dialer.DialContext(ctx, network, address)
	}
	return (&tls.Dialer{NetDialer: &dialer, Config: f.tls}).DialContext(ctx, network, address)
}
