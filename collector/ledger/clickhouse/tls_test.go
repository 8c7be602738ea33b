package clickhouse_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
	"github.com/spanledger/spanledger/collector/ledger/ledgertest"
)

// authority signs certificates, which it writes to files.
type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	a.certificate, a.key = a.issue(t, "ca", nil)
	return a
}

// issue writes name.crt and name.key; without a signer the certificate is its own.
func (a *authority) issue(t *testing.T, name string, signer *authority) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true, IsCA: signer == nil,
	}
	parent, by := template, key
	if signer != nil {
		parent, by = signer.certificate, signer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		name + ".crt": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(a.file(file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, key
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// terminate ends TLS in front of a server that speaks none, and asks clients for
// a certificate of the authority.
func (a *authority) terminate(t *testing.T, backend string) (address string) {
	t.Helper()
	a.issue(t, "server", a)
	pair, err := tls.LoadX509KeyPair(a.file("server.crt"), a.file("server.key"))
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AddCert(a.certificate)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients,
	})
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			front, err := listener.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("tcp", backend)
			if err != nil {
				_ = front.Close()
				continue
			}
			serving.Go(func() { _, _ = io.Copy(back, front); _ = back.Close() })
			serving.Go(func() { _, _ = io.Copy(front, back); _ = front.Close() })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		serving.Wait()
	})
	return listener.Addr().String()
}

func TestConnection_TLSWithACertificateOfTheClient(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	trusted, stranger := newAuthority(t), newAuthority(t)
	address := trusted.terminate(t, server.NativeAddr)
	trusted.issue(t, "client", trusted)
	stranger.issue(t, "client", stranger)
	known := "&cert_file=" + trusted.file("client.crt") + "&key_file=" + trusted.file("client.key")
	for _, test := range []struct{ name, options, want string }{
		{"both sides know each other", "?ca_file=" + trusted.file("ca.crt") + known, ""},
		{"the server is not verified", "?skip_verify=true" + known, ""},
		{"the server's authority is unknown", "?ca_file=" + stranger.file("ca.crt") + known, "certificate signed by unknown authority"},
		{"the client's authority is unknown", "?ca_file=" + trusted.file("ca.crt") + "&cert_file=" + stranger.file("client.crt") + "&key_file=" + stranger.file("client.key"), "tls:"},
		{"the client has no certificate", "?ca_file=" + trusted.file("ca.crt"), "certificate required"},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := openAlone(t, "clickhouse://"+address+"/"+database+test.options)
			err := store.Migrate(t.Context())
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("expected %q, got %v", test.want, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Write(t.Context(), ledger.Batch{Calls: ledgertest.RandomCalls(10, 1)}); err != nil {
				t.Error(err)
			}
		})
	}
	if err := clickhouse.Validate("clickhouse://h/db?cert_file=" + trusted.file("client.crt")); err == nil || !strings.Contains(err.Error(), "needs key_file") {
		t.Errorf("a certificate without its key: %v", err)
	}
}

func TestConnection_TheNextServerTakesOverFromOneThatIsDown(t *testing.T) {
	server, database := clickhousetest.Shared(t)
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := nobody.Close(); err != nil {
		t.Fatal(err)
	}
	store := openAlone(t, "clickhouse://"+nobody.Addr().String()+","+server.NativeAddr+"/"+database)
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Write(t.Context(), ledger.Batch{Calls: ledgertest.RandomCalls(10, 1)}); err != nil {
		t.Error(err)
	}
	down := openAlone(t, "clickhouse://u:hunter2@"+nobody.Addr().String()+"/"+database)
	err = down.Migrate(t.Context())
	if ledger.CauseOf(err) != ledger.CauseUnreachable || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("unexpected answer: %s, %v", ledger.CauseOf(err), err)
	}
}
