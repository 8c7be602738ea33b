package ledgerapiextension

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/extension/extensionauth"

	"github.com/spanledger/spanledger/collector/internal/apierror"
)

var errNoToken = errors.New("a bearer token is required")

// onLoopback reports whether an address to listen on is reached from this
// machine alone.
func onLoopback(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkHost refuses names that do not mean this machine: with DNS that answers
// with 127.0.0.1, a page of another site could ask through a browser on it. A
// browser states an address as Host only for pages of that address.
func checkHost(next http.Handler, publicURL string) http.Handler {
	public := ""
	if u, err := url.Parse(publicURL); err == nil {
		public = u.Hostname()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.ToLower(strings.Trim(host, "[]"))
		switch {
		case host == "localhost", strings.HasSuffix(host, ".localhost"), net.ParseIP(host) != nil, public != "" && host == public:
			next.ServeHTTP(w, r)
		default:
			apierror.Refuse(w, http.StatusForbidden, fmt.Errorf("host %q: is not a name of this server (fix: use 127.0.0.1, or set public_url of ledger_api to the address that clients use)", r.Host))
		}
	})
}

// requireToken lets requests with the bearer token pass.
func requireToken(next http.Handler, token string) http.Handler {
	want := []byte("Bearer " + token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			apierror.Refuse(w, http.StatusUnauthorized, errNoToken)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// authenticate lets requests pass that an authenticator of the Collector takes.
func authenticate(next http.Handler, server extensionauth.Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := server.Authenticate(r.Context(), r.Header)
		if err != nil {
			apierror.Refuse(w, http.StatusUnauthorized, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
