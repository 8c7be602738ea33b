package ledgerapiextension

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"

	"go.uber.org/zap"

	"github.com/spanledger/spanledger/collector/ledger/operate"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// errNotAdmin is the answer to a request that would change the ledger and may not.
var errNotAdmin = errors.New("changing the ledger requires the admin token (hint: set admin_token of ledger_api and SPANLEDGER_ADMIN_TOKEN of the command to the same value, or run the command where it can read the DuckDB file, or name the store with --store)")

// operations let those who have the token of this process, or the one that is
// configured, change the ledger.
func (a *api) operations(prices *pricing.Catalogue) http.Handler {
	o := &remote.Operations{
		Open: func(ctx context.Context) (operate.Operator, error) {
			store, err := a.reader.open(ctx)
			if err != nil {
				return nil, err
			}
			return operate.On(store, prices), nil
		},
		Allow: a.allowChange,
		Changing: func(r *http.Request) {
			a.telemetry.Logger.Info("A client changes the ledger", zap.String("operation", r.Method+" "+r.URL.Path), zap.String("client", r.RemoteAddr))
		},
		Stop: a.stopping,
	}
	return o.Handler()
}

func (a *api) allowChange(r *http.Request) error {
	given := []byte(r.Header.Get(remote.AdminHeader))
	for _, token := range []string{a.admin, string(a.config.AdminToken)} {
		if token != "" && subtle.ConstantTimeCompare(given, []byte(token)) == 1 {
			return nil
		}
	}
	return errNotAdmin
}
