package clickhousetest

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

// ClusterName is the value that the servers of StartCluster call their cluster.
const ClusterName = "ledger"

// StartCluster starts servers that know each other as the shards of one
// cluster, with one replica each. They end with the test.
//
// The library has no interserver port and no worker of distributed DDL, which
// only the server program starts: tables cannot be replicated, and ON CLUSTER is
// refused.
func StartCluster(tb testing.TB, shards int) []*Server {
	tb.Helper()
	addresses := make([]string, 2*shards)
	pointers := make([]*string, len(addresses))
	for i := range addresses {
		pointers[i] = &addresses[i]
	}
	if err := freeAddrs(pointers...); err != nil {
		tb.Fatal(err)
	}
	config, err := clusterConfig(addresses[shards:])
	if err != nil {
		tb.Fatal(err)
	}
	servers := make([]*Server, shards)
	for i := range servers {
		s := &Server{HTTPAddr: addresses[i], NativeAddr: addresses[shards+i], dir: tb.TempDir()}
		if err := os.WriteFile(s.config(), []byte(config), 0o600); err != nil {
			tb.Fatal(err)
		}
		if err := s.start(tb.Context()); err != nil {
			giveUp(tb, err)
		}
		tb.Cleanup(func() {
			if said := s.report(); tb.Failed() {
				tb.Logf("shard %d: %s", i+1, said)
			}
		})
		servers[i] = s
	}
	return servers
}

func clusterConfig(addresses []string) (string, error) {
	var shards strings.Builder
	for _, address := range addresses {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&shards, "<shard><internal_replication>true</internal_replication><replica><host>%s</host><port>%s</port></replica></shard>\n", host, port)
	}
	return fmt.Sprintf("<clickhouse><remote_servers><%s>\n%s</%[1]s></remote_servers></clickhouse>\n", ClusterName, shards.String()), nil
}
