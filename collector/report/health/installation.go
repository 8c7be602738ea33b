package health

import (
	"context"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/instrumentation/pricing"
)

// Installation holds what is examined.
type Installation struct {
	// Reader of the ledger; OpenError says why there is none.
	Reader    ledger.Reader
	OpenError error
	// Ledger has the flags of the command line that name it, for hints; "" = the usual one.
	Ledger string

	Prices *pricing.Catalogue
	// PriceAge is how old the catalogue may be; 0 = DefaultPriceAge.
	PriceAge time.Duration

	// URLs, "" = not examined.
	OTLP       string // a test span is sent there
	Prometheus string
	Jaeger     string // its query service

	// Wait is how long the test span may take; 0 = DefaultWait.
	Wait time.Duration
}

const (
	// DefaultPriceAge: vendors change their prices about every month.
	DefaultPriceAge = 60 * 24 * time.Hour
	// DefaultWait is several times what the shipped configuration batches for.
	DefaultWait = 15 * time.Second
)

// limit bounds every single question to a server.
const limit = 10 * time.Second

// Examine asks every part, and sends one span on its way. It makes no call, so
// that the bill has not changed.
func (i Installation) Examine(ctx context.Context, now time.Time) Findings {
	if i.PriceAge == 0 {
		i.PriceAge = DefaultPriceAge
	}
	if i.Wait == 0 {
		i.Wait = DefaultWait
	}
	found := Findings{examinePrices(i.Prices, i.PriceAge, now)}
	store, usable := examineStore(ctx, i.Reader, i.OpenError)
	found = append(found, store...)
	if usable {
		found = append(found, examineCalls(ctx, i.Reader, i.Ledger, now)...)
		found = append(found, examineBills(ctx, i.Reader, i.Ledger, now))
	}
	if !usable {
		i.Reader = nil
	}
	span, receiver := examineReceiver(ctx, i.OTLP)
	found = append(found, receiver)
	found = append(found, examineWay(ctx, i.Reader, i.OTLP, span, i.Wait)...)
	found = append(found, examineJaeger(ctx, i.Jaeger, span, i.Wait))
	found = append(found, examinePrometheus(ctx, i.Prometheus)...)
	return found.withCollector(ctx, i.Reader).WithWhatArrives()
}

// skipped is a check no one asked for.
func skipped(check, flag string) Finding {
	return Finding{check, Skipped, "not checked", "name it with " + flag + ", or use --end-to-end"}
}

// every asks until done, ctx or patience ends.
func every(ctx context.Context, patience time.Duration, ask func(context.Context) (done bool)) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if ask(ctx) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(250 * time.Millisecond):
		}
	}
}
