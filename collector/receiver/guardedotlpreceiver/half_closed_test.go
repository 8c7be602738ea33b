package guardedotlpreceiver_test

import (
	"bufio"
	"context"
	"fmt"
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
)

// TestReceiver_ARequestThatIsNotProcessedIsNotAcknowledged has a sender close its side of the
// connection while its request waits: the server takes it for one that has left, but it reads
// the answer.
func TestReceiver_ARequestThatIsNotProcessedIsNotAcknowledged(t *testing.T) {
	places := max(2, runtime.GOMAXPROCS(0))
	var arrived atomic.Int64
	release := make(chan struct{})
	next, err := consumer.NewTraces(func(context.Context, ptrace.Traces) error {
		arrived.Add(1)
		<-release
		return nil
	})
	require.NoError(t, err)
	_, address := receiveInto(t, next)
	var senders sync.WaitGroup
	for range places {
		senders.Go(func() { assert.NoError(t, post(address, "application/x-protobuf", request(1))) })
	}
	require.Eventually(t, func() bool { return arrived.Load() == int64(places) }, 30*time.Second, time.Millisecond)

	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	body := request(1)
	_, err = fmt.Fprintf(conn, "POST /v1/traces HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-protobuf\r\nContent-Length: %d\r\n\r\n%s", address, len(body), body)
	require.NoError(t, err)
	require.NoError(t, conn.(*net.TCPConn).CloseWrite())
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode, "the sender is to send it again")

	close(release)
	senders.Wait()
	assert.EqualValues(t, places, arrived.Load())
}
