package remote

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/apierror"
)

// Reports answers requests for reports as the collector does: with its prices, rules of
// chargeback, budgets and revenue.
func (c *Client) Reports() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		resp, err := c.send(r.Context(), c.http, http.MethodGet, r.URL.RequestURI(), nil)
		if err != nil {
			apierror.Refuse(w, http.StatusBadGateway, err)
			return
		}
		defer resp.Body.Close()
		kind := resp.Header.Get("Content-Type")
		switch {
		case resp.StatusCode == http.StatusNotFound && !strings.HasPrefix(kind, "application/json"):
			err = fmt.Errorf("%s: %w by the collector: run a newer one, or give the address of its ledger_api", r.URL.Path, errors.ErrUnsupported)
			apierror.Refuse(w, resp.StatusCode, err)
			return
		case resp.StatusCode == http.StatusUnauthorized:
			apierror.Refuse(w, resp.StatusCode, c.refusal(resp))
			return
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body) // an answer that breaks off is no JSON
	})
}
