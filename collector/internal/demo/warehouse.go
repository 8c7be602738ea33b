package demo

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// warehouse is a service of the company that a tool asks. It is traced as most
// services are, by otelhttp on both sides, and its spans are in the agents' trace.
type warehouse struct {
	url     string
	client  *http.Client
	server  *http.Server
	serving sync.WaitGroup
}

func openWarehouse(ctx context.Context) (*warehouse, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("warehouse: %w", err)
	}
	w := &warehouse{
		url:    "http://" + listener.Addr().String() + "/figures",
		client: &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport.(*http.Transport).Clone())},
		server: &http.Server{Handler: otelhttp.NewHandler(http.HandlerFunc(figures), "warehouse"), ReadHeaderTimeout: time.Second},
	}
	w.serving.Go(func() { _ = w.server.Serve(listener) })
	return w, nil
}

func (w *warehouse) close() error {
	w.client.CloseIdleConnections()
	err := w.server.Close()
	w.serving.Wait()
	return err
}

// query asks for a figure, with the arguments that a model gave.
func (w *warehouse) query(ctx context.Context, arguments string) (result string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, strings.NewReader(arguments))
	if err != nil {
		return "", err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return "", fmt.Errorf("warehouse: read the answer: %w", err)
	case resp.StatusCode == http.StatusServiceUnavailable:
		return "", errWarehouseBusy
	case resp.StatusCode != http.StatusOK:
		return "", fmt.Errorf("warehouse: %s", resp.Status)
	}
	return string(body), nil
}

var errWarehouseBusy = errors.New("warehouse: too many queries, try again")

// figures answers with a figure that depends on the question alone, or says that
// it is busy.
func figures(w http.ResponseWriter, r *http.Request) {
	question, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	luck := luckOf(figuresTool + string(question))
	select {
	case <-time.After(lookUpTime(luck)):
	case <-r.Context().Done():
		return
	}
	if luck < 12 {
		http.Error(w, "too many queries", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintf(w, `{"value": %d}`, 1000+luck*37)
}

// luckOf is from 0 to 99.
func luckOf(text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32() % 100
}

// lookUpTime is how long a real look-up takes.
func lookUpTime(luck uint32) time.Duration { return time.Duration(20+luck) * time.Millisecond }
