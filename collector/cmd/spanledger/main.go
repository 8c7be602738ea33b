// Command spanledger is the one binary of the project: the collector, the
// reports on its ledger, and a demo that needs nothing else installed.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/spanledger/spanledger/collector/internal/startheap"
)

func main() {
	keepPrivate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second interrupt is not waited out
	code := execute(ctx, newRootCommand(), os.Args[1:])
	stop()
	os.Exit(code)
}
