// Package throughput measures the way from OTLP to ClickHouse: the spanledger
// collector next to a collector with contrib's clickhouseexporter, one after the
// other, with the same spans against the same server.
//
//	go test -run '^$' -bench . -benchtime 1x -timeout 30m ./internal/testing/throughput
package throughput
