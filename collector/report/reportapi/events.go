package reportapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
	"github.com/spanledger/spanledger/collector/report/format"
)

const (
	// maxListeners bounds the streams that are open at a time.
	maxListeners = 32
	// ping keeps proxies from closing a stream on which nothing happens.
	ping = 15 * time.Second
	// writeLimit is how long a listener may take to read an event.
	writeLimit = 10 * time.Second
	// retryAfter is when one who is refused may try again, in seconds.
	retryAfter = "10"
)

// event is the data of an event.
type event struct {
	AsOf     string       `json:"as_of"`
	Requests int64        `json:"requests,omitempty"`
	Calls    []format.Row `json:"calls,omitempty"`
}

// events streams what arrives until the listener leaves or the server stops.
func (c *config) events(reader ledger.Reader) http.HandlerFunc {
	feed := newFeed(reader)
	listeners := make(chan struct{}, maxListeners)
	return func(w http.ResponseWriter, r *http.Request) {
		if err := checkQuery(r); err != nil {
			apierror.Refuse(w, http.StatusBadRequest, err)
			return
		}
		select {
		case listeners <- struct{}{}:
			defer func() { <-listeners }()
		default:
			w.Header().Set("Retry-After", retryAfter)
			apierror.Refuse(w, http.StatusServiceUnavailable, fmt.Errorf("the limit of %d connections is reached", maxListeners))
			return
		}
		c.stream(w, r, feed)
	}
}

func (c *config) stream(w http.ResponseWriter, r *http.Request, feed *feed) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	h.Set("X-Content-Type-Options", "nosniff")
	_, seen, _ := feed.since(r.Context(), 0, time.Now())
	if sendEvent(w, "hello", event{AsOf: rfc3339(time.Now())}) != nil {
		return
	}
	poll := time.NewTicker(c.poll)
	defer poll.Stop()
	last := time.Now()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-c.stop:
			return
		case now := <-poll.C:
			// A ledger that does not answer now is asked again.
			calls, arrived, err := feed.since(r.Context(), seen, now)
			switch {
			case err == nil && arrived > seen:
				out := event{AsOf: rfc3339(now), Requests: arrived - seen}
				if len(calls) > 0 {
					out.Calls = (&report.CallsAnswer{Calls: calls}).Document().Rows(0)
				}
				if sendEvent(w, "calls", out) != nil {
					return
				}
				seen, last = arrived, now
			case now.Sub(last) >= ping:
				if sendEvent(w, "ping", event{AsOf: rfc3339(now)}) != nil {
					return
				}
				last = now
			}
		}
	}
}

func sendEvent(w http.ResponseWriter, name string, data event) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	var message bytes.Buffer
	fmt.Fprintf(&message, "event: %s\ndata: %s\n\n", name, text)
	control := http.NewResponseController(w)
	// A stream outlives the write timeout of the server; a server without
	// deadlines has none to extend.
	_ = control.SetWriteDeadline(time.Now().Add(writeLimit))
	if _, err := w.Write(message.Bytes()); err != nil {
		return err
	}
	return control.Flush()
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
