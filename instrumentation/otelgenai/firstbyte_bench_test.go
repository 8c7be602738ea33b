package otelgenai_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
)

// BenchmarkFirstByte is how long the first byte of a stream takes over
// loopback, through the bare transport and through ours. The calls take turns,
// so that whatever else the machine does falls on all alike; the bare transport
// takes two, and the figures cannot resolve less than their difference. Of each the medians
// are given: from the call until its first byte is there, and from the server's
// write until then, which leaves out what precedes the request.
func BenchmarkFirstByte(b *testing.B) {
	written, arrived := make(chan time.Time, 1), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/event-stream")
		first, rest, _ := strings.Cut(chatStream, "\n\n")
		written <- time.Now()
		_, _ = io.WriteString(w, first+"\n\n")
		w.(http.Flusher).Flush()
		select {
		case <-arrived: // so that the first event comes alone
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, rest)
	}))
	defer srv.Close()
	base := &http.Transport{}
	defer base.CloseIdleConnections()

	tp, mp, lp := benchProviders()
	ours := otelgenai.NewTransport(base, otelgenai.WithTracerProvider(tp), otelgenai.WithMeterProvider(mp),
		otelgenai.WithLoggerProvider(lp), otelgenai.WithEndpoint("127.0.0.1", otelgenai.OpenAI))
	sides := []*firstBytes{{name: "bare", rt: base}, {name: "bare-again", rt: base}, {name: "otelgenai", rt: ours}}
	for b.Loop() {
		for _, side := range sides {
			side.call(b, srv.URL+"/v1/chat/completions", written, arrived)
		}
		sides = append(sides[1:], sides[0])
	}
	for _, side := range sides {
		b.ReportMetric(median(side.sinceCall), side.name+"-call-µs")
		b.ReportMetric(median(side.sinceWrite), side.name+"-write-µs")
	}
	b.ReportMetric(0, "ns/op") // of all sides together: says nothing
}

// firstBytes are the delays of the first bytes of calls through a transport.
type firstBytes struct {
	name                  string
	rt                    http.RoundTripper
	sinceCall, sinceWrite []time.Duration
}

func (f *firstBytes) call(b *testing.B, url string, written <-chan time.Time, arrived chan<- struct{}) {
	b.Helper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(`{"model":"m","stream":true}`))
	if err != nil {
		b.Fatal(err)
	}
	var buf [4096]byte
	start := time.Now()
	resp, err := f.rt.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	n, err := resp.Body.Read(buf[:])
	end := time.Now()
	if n == 0 {
		_ = resp.Body.Close()
		b.Fatal("no first byte: ", err)
	}
	arrived <- struct{}{}
	f.sinceCall = append(f.sinceCall, end.Sub(start))
	f.sinceWrite = append(f.sinceWrite, end.Sub(<-written))
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
}

// median is in microseconds.
func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Nanoseconds()) / 1000
}
