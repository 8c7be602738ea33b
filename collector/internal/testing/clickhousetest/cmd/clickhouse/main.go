// Command clickhouse runs the ClickHouse of the tests until it is interrupted.
//
//	go run ./collector/internal/testing/clickhousetest/cmd/clickhouse -data /tmp/clickhouse
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spanledger/spanledger/collector/internal/testing/clickhousetest"
)

func main() {
	data := flag.String("data", "clickhouse-data", "folder for data and log")
	httpAddr := flag.String("http", "127.0.0.1:8123", "address of the HTTP interface")
	native := flag.String("native", "127.0.0.1:9000", "address of the native protocol")
	flag.Parse()
	if err := run(*data, *httpAddr, *native); err != nil {
		fmt.Fprintln(os.Stderr, "clickhouse:", err)
		os.Exit(1)
	}
}

func run(data, httpAddr, native string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	s, err := clickhousetest.Launch(ctx, data, httpAddr, native)
	if err != nil {
		return err
	}
	fmt.Printf("ClickHouse listens on %s (HTTP) and %s (native); Ctrl-C ends it\n", s.HTTPAddr, s.NativeAddr)
	<-ctx.Done()
	s.Kill()
	return nil
}
