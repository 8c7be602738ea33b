package ledgerapiextension

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"

	"github.com/spanledger/spanledger/collector/extension/ledgerapiextension/web"
)

// guard asks for the token, puts the page in front of it and refuses foreign
// names. The files of the page hold no data and are served without a token: the
// page asks for it. It takes authentication out of the settings where it does it
// itself.
func (a *api) guard(ctx context.Context, host component.Host, next http.Handler, settings *confighttp.ServerConfig) (http.Handler, error) {
	c := a.config
	switch {
	case c.Token != "":
		next = requireToken(next, string(c.Token))
	case c.UI && settings.Auth.HasValue():
		server, err := settings.Auth.Get().Config.GetServerAuthenticator(ctx, host.GetExtensions())
		if err != nil {
			return nil, err
		}
		next = authenticate(next, server)
		settings.Auth = configoptional.None[confighttp.AuthConfig]()
	}
	if c.UI {
		page, err := web.Handler()
		switch {
		case errors.Is(err, web.ErrLeftOut):
			a.telemetry.Logger.Warn("The page is not served: the binary was built without it (tag no_ui)")
		case err != nil:
			return nil, err
		default:
			next = withPage(page, next)
		}
	}
	if onLoopback(settings.NetAddr.Endpoint) {
		next = checkHost(next, c.PublicURL)
	}
	return next, nil
}

// withPage serves the files of the page, and everything else from next.
func withPage(page, next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	for _, path := range []string{"/{$}", "/index.html", web.Assets} {
		mux.Handle("GET "+path, page)
	}
	return mux
}
