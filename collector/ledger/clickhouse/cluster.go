package clickhouse

import (
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/ClickHouse/ch-go"
	"github.com/ClickHouse/ch-go/proto"
)

// cluster is how a ledger is on the nodes of a ClickHouse cluster. Every node
// keeps a whole ledger of its own, schema and rollups and all, in the database
// node of its shard; the database that is asked and written to has Distributed
// tables over those. A trace is on one shard, so that nothing a shard does
// needs another.
type cluster struct {
	name       string // in remote_servers of the servers; "" for a single server
	replicated bool   // nodes of a shard share their rows through Keeper
}

// nodeSuffix makes the name of the database that the nodes keep their part in.
const nodeSuffix = "_node"

// consistent has all that is written and read at the first replica of a shard
// that is up, so that settling reads what was written before it; a write is
// over when the shards have it. A subquery is answered by all shards before any
// shard uses it.
var consistent = []ch.Setting{
	{Key: "distributed_foreground_insert", Value: "1", Important: true},
	{Key: "load_balancing", Value: "in_order", Important: true},
	{Key: "prefer_localhost_replica", Value: "0", Important: true},
	{Key: "distributed_product_mode", Value: "global", Important: true},
}

// ClusterError reports a cluster that cannot hold a ledger as asked.
type ClusterError struct {
	Cluster string
	Reason  string
}

func (e *ClusterError) Error() string { return fmt.Sprintf("cluster %q: %s", e.Cluster, e.Reason) }

// node is one server of a cluster.
type node struct {
	*Store
	shard, replica uint32
}

// layout asks a server for the nodes of the cluster, in order of shards and
// replicas.
func (s *Store) layout(ctx context.Context) ([]node, error) {
	var shard, replica proto.ColUInt32
	var host proto.ColStr
	var port proto.ColUInt16
	var internal proto.ColUInt8
	var nodes []node
	shared := true // a write to one replica of a shard reaches the others
	err := s.doOutside(ctx, ch.Query{
		Body: `SELECT shard_num, replica_num, host_name, port, internal_replication
			FROM system.clusters WHERE cluster = {cluster:String} ORDER BY shard_num, replica_num`,
		Parameters: []proto.Parameter{parameter("cluster", s.cluster.name)},
		Result: proto.Results{
			{Name: "shard_num", Data: &shard}, {Name: "replica_num", Data: &replica},
			{Name: "host_name", Data: &host}, {Name: "port", Data: &port}, {Name: "internal_replication", Data: &internal},
		},
		OnResult: func(ctx context.Context, _ proto.Block) error {
			for i := range port {
				at, err := s.at(ctx, net.JoinHostPort(host.Row(i), strconv.Itoa(int(port[i]))))
				if err != nil {
					return err
				}
				nodes = append(nodes, node{Store: at, shard: shard[i], replica: replica[i]})
				shared = shared && internal[i] == 1
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	fail := func(reason string) ([]node, error) {
		return nil, &ClusterError{Cluster: s.cluster.name, Reason: reason}
	}
	several := len(nodes) > 0 && len(nodes) > int(nodes[len(nodes)-1].shard)
	switch {
	case len(nodes) == 0:
		return fail("is not in remote_servers of " + s.options.Address)
	case several && !s.cluster.replicated:
		return fail("has several replicas a shard: remove replicated=false, otherwise the replicas have different rows")
	case several && !shared:
		return fail("internal_replication is false: set it to true in remote_servers, otherwise each row is written to every replica several times")
	}
	return nodes, nil
}

// at is the ledger that one node keeps.
func (s *Store) at(ctx context.Context, address string) (*Store, error) {
	s.nodesMutex.Lock()
	defer s.nodesMutex.Unlock()
	if known, ok := s.nodes[address]; ok {
		return known, nil
	}
	options := s.options
	options.Address = address
	options.Database = s.database + nodeSuffix
	options.Settings = nil
	options.Dialer = &failover{addresses: []string{address}, tls: s.tls}
	opened, err := newStore(ctx, options, s.connections)
	if err != nil {
		return nil, err
	}
	opened.cluster.replicated = s.cluster.replicated
	if s.nodes == nil {
		s.nodes = make(map[string]*Store)
	}
	s.nodes[address] = opened
	return opened, nil
}

// everyShard runs f on one node of each shard, the first that answers; without
// a cluster, on the store itself.
func (s *Store) everyShard(ctx context.Context, f func(*Store) error) error {
	if s.cluster.name == "" {
		return f(s)
	}
	nodes, err := s.layout(ctx)
	if err != nil {
		return err
	}
	for len(nodes) > 0 {
		shard := nodes[0].shard
		done := false
		var failed error
		for len(nodes) > 0 && nodes[0].shard == shard {
			if !done {
				failed = f(nodes[0].Store)
				done = failed == nil || ch.IsException(failed) || ctx.Err() != nil
			}
			nodes = nodes[1:]
		}
		if failed != nil {
			return fmt.Errorf("shard %d: %w", shard, failed)
		}
	}
	return nil
}
