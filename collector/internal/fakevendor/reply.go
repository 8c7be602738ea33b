package fakevendor

import (
	"net/http"
	"time"
)

// reply is a rendered answer: a whole body or the events of a stream.
type reply struct {
	id        string
	status    int
	header    http.Header
	body      []byte
	events    []event
	usageSent bool
}

// event is one server-sent event; OpenAI's chat streams have no names.
type event struct {
	name string
	data []byte
}

func (e event) bytes() []byte {
	var b []byte
	if e.name != "" {
		b = append(append(append(b, "event: "...), e.name...), '\n')
	}
	b = append(append(b, "data: "...), e.data...)
	return append(b, "\n\n"...)
}

// send writes the reply and reports whether the client got all of it.
func (rep reply) send(w http.ResponseWriter, r *http.Request, a Answer, pause time.Duration) bool {
	for k, v := range rep.header {
		w.Header()[k] = v
	}
	if rep.events == nil {
		return rep.sendWhole(w, a.Damage)
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(rep.status)
	rc := http.NewResponseController(w)
	for i, e := range rep.events {
		if i > 0 && pause > 0 {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return false
			}
		}
		if i == len(rep.events)/2 {
			switch a.Damage {
			case CutShort:
				half := e.bytes()
				_, _ = w.Write(half[:len(half)/2])
				_ = rc.Flush()
				return false
			case Malformed:
				e.data = []byte(`{"broken`)
			}
		}
		if _, err := w.Write(e.bytes()); err != nil {
			return false
		}
		if err := rc.Flush(); err != nil {
			return false
		}
	}
	return r.Context().Err() == nil
}

func (rep reply) sendWhole(w http.ResponseWriter, damage Damage) bool {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(rep.status)
	half := len(rep.body) / 2
	switch damage {
	case CutShort:
		_, _ = w.Write(rep.body[:half])
		_ = http.NewResponseController(w).Flush()
		return false
	case Malformed:
		_, err := w.Write(append(rep.body[:half:half], "<html>"...))
		return err == nil
	default:
		_, err := w.Write(rep.body)
		return err == nil
	}
}
