package guardedotlpreceiver_test

import (
	"bytes"
	"context"
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

	"github.com/spanledger/spanledger/collector/internal/admission"
)

// TestReceiver_ProcessesAFewRequestsAtATime sends twice as many requests as are processed at
// a time, by gRPC and HTTP, into a pipeline that waits, after some that cannot be decoded.
func TestReceiver_ProcessesAFewRequestsAtATime(t *testing.T) {
	places := max(2, runtime.GOMAXPROCS(0))
	for name, test := range map[string]struct {
		leaves  bool // the pipeline frees the place before it waits
		arrived int
	}{
		"a request that is processed keeps its place": {false, places},
		"a request that waits does not":               {true, 2 * places},
	} {
		t.Run(name, func(t *testing.T) {
			var arrived atomic.Int64
			release := make(chan struct{})
			next, err := consumer.NewTraces(func(ctx context.Context, _ ptrace.Traces) error {
				if test.leaves {
					admission.Leave(ctx)
				}
				arrived.Add(1)
				<-release
				return nil
			})
			require.NoError(t, err)
			grpcAddress, httpAddress := receiveInto(t, next)
			conn, err := grpc.NewClient(grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
			require.NoError(t, err)
			defer conn.Close()
			send := func(body []byte) error {
				return conn.Invoke(t.Context(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", body, nil, grpc.ForceCodecV2(raw{}))
			}
			for range 2 * places {
				require.Error(t, send([]byte{0xff}))
			}
			var senders sync.WaitGroup
			for n := range 2 * places {
				senders.Go(func() {
					if n%2 == 0 {
						assert.NoError(t, send(request(1)))
					} else {
						assert.NoError(t, post(httpAddress, "application/x-protobuf", request(1)))
					}
				})
			}
			assert.Eventually(t, func() bool { return arrived.Load() >= int64(test.arrived) }, 30*time.Second, time.Millisecond)
			time.Sleep(50 * time.Millisecond) // in which others would arrive
			assert.EqualValues(t, test.arrived, arrived.Load())
			close(release)
			senders.Wait()
			assert.EqualValues(t, 2*places, arrived.Load())
		})
	}
}

// TestReceiver_RequestsOfSendersThatHaveLeftAreNotProcessed fills the places with requests, and
// has others wait until their senders give up.
func TestReceiver_RequestsOfSendersThatHaveLeftAreNotProcessed(t *testing.T) {
	places := max(2, runtime.GOMAXPROCS(0))
	var arrived atomic.Int64
	release := make(chan struct{})
	next, err := consumer.NewTraces(func(context.Context, ptrace.Traces) error {
		arrived.Add(1)
		<-release
		return nil
	})
	require.NoError(t, err)
	grpcAddress, httpAddress := receiveInto(t, next)
	conn, err := grpc.NewClient(grpcAddress, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	byGRPC := func(ctx context.Context) error {
		return conn.Invoke(ctx, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", request(1), nil, grpc.ForceCodecV2(raw{}))
	}
	byHTTP := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+httpAddress+"/v1/traces", bytes.NewReader(request(1)))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-protobuf")
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	var senders sync.WaitGroup
	for range places {
		senders.Go(func() { assert.NoError(t, byGRPC(t.Context())) })
	}
	require.Eventually(t, func() bool { return arrived.Load() == int64(places) }, 30*time.Second, time.Millisecond)
	gone, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	var left sync.WaitGroup
	for range 4 {
		left.Go(func() { assert.Error(t, byGRPC(gone)) })
		left.Go(func() { assert.Error(t, byHTTP(gone)) })
	}
	left.Wait()
	time.Sleep(50 * time.Millisecond) // in which the server notices
	close(release)
	senders.Wait()
	require.NoError(t, byHTTP(t.Context()))
	assert.EqualValues(t, places+1, arrived.Load())
}
