package guardedotlpreceiver_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const exportMethod = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

// TestReceiver_LeavesRequestsWithTheirSenders sends many large requests into a pipeline that
// does not process them.
func TestReceiver_LeavesRequestsWithTheirSenders(t *testing.T) {
	const size, window = 1 << 20, 256 << 10
	places := max(2, runtime.GOMAXPROCS(0))
	received := 3 * places // those that are processed, and those that wait for them
	large := field(1, field(2, field(2, field(5, bytes.Repeat([]byte("x"), size)))))
	for name, send := range map[string]func(t *testing.T, grpcAddress, httpAddress string, written *atomic.Int64) error{
		"gRPC": func(t *testing.T, address, _ string, written *atomic.Int64) error {
			conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
				grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) { return dial(ctx, address, written) }))
			if err != nil {
				return err
			}
			defer conn.Close()
			return conn.Invoke(t.Context(), exportMethod, large, nil, grpc.ForceCodecV2(raw{}))
		},
		"HTTP": func(t *testing.T, _, address string, written *atomic.Int64) error {
			client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) { return dial(ctx, address, written) }}}
			defer client.CloseIdleConnections()
			response, err := client.Post("http://"+address+"/v1/traces", "application/x-protobuf", bytes.NewReader(large))
			if err != nil {
				return err
			}
			return response.Body.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var processed atomic.Int64
			release := make(chan struct{})
			next, err := consumer.NewTraces(func(context.Context, ptrace.Traces) error {
				processed.Add(1)
				<-release
				return nil
			})
			require.NoError(t, err)
			grpcAddress, httpAddress := receiveInto(t, next)
			written := make([]atomic.Int64, 4*received)
			var senders sync.WaitGroup
			for n := range written {
				senders.Go(func() { assert.NoError(t, send(t, grpcAddress, httpAddress, &written[n])) })
				if n < received { // one after the other: a slow one would not count
					assert.Eventually(t, func() bool { return written[n].Load() >= size }, 30*time.Second, time.Millisecond)
				}
			}
			time.Sleep(500 * time.Millisecond) // in which others would be read
			unread := 0
			for n := range written[received:] {
				if written[received+n].Load() < size {
					unread++
				}
			}
			assert.Greater(t, unread, 2*received, "of %d that may stay with their senders", 3*received)
			close(release)
			senders.Wait()
			assert.EqualValues(t, len(written), processed.Load())
		})
	}
}

// dial connects with few bytes in the system's buffers, and counts what is written.
func dial(ctx context.Context, address string, written *atomic.Int64) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &countingConn{conn, written}, conn.(*net.TCPConn).SetWriteBuffer(16 << 10)
}

type countingConn struct {
	net.Conn
	written *atomic.Int64
}

func (c *countingConn) Write(data []byte) (n int, err error) {
	for len(data) > 0 && err == nil {
		var some int
		some, err = c.Conn.Write(data[:min(len(data), 16<<10)])
		c.written.Add(int64(some))
		data, n = data[some:], n+some
	}
	return n, err
}

// TestReceiver_SlowSendersDoNotDelayOthers begins many requests and never completes them.
func TestReceiver_SlowSendersDoNotDelayOthers(t *testing.T) {
	sink, grpcAddress, httpAddress := receive(t)
	conn, err := grpc.NewClient(grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	for range 2 * max(2, runtime.GOMAXPROCS(0)) {
		_, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, exportMethod)
		require.NoError(t, err)
		slow, err := net.Dial("tcp", httpAddress)
		require.NoError(t, err)
		defer slow.Close()
		_, err = slow.Write([]byte("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: 100\r\n\r\n\n"))
		require.NoError(t, err)
	}
	time.Sleep(50 * time.Millisecond) // in which they are begun
	began := time.Now()
	require.NoError(t, conn.Invoke(t.Context(), exportMethod, request(1), nil, grpc.ForceCodecV2(raw{})))
	require.NoError(t, post(httpAddress, "application/x-protobuf", request(1)))
	assert.Less(t, time.Since(began), 4*time.Second)
	assert.Len(t, sink.AllTraces(), 2)
}
