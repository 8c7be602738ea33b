package logtail

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// Writer writes records as they come.
type Writer interface {
	Write(logs []ledger.Log) error
}

// TextOptions changes how records are written for people.
type TextOptions struct {
	Color bool           // severities and context in ANSI sequences
	Zone  *time.Location // of times; nil = UTC
}

// NewText writes a line for each record: when, how severe, what happened, and
// the context as key=value.
func NewText(w io.Writer, opts TextOptions) Writer { return &textWriter{w, opts} }

type textWriter struct {
	w    io.Writer
	opts TextOptions
}

// ANSI sequences.
const (
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

func (t *textWriter) paint(sequence, s string) string {
	if !t.opts.Color || sequence == "" {
		return s
	}
	return sequence + s + plain
}

func (t *textWriter) Write(logs []ledger.Log) error {
	zone := t.opts.Zone
	if zone == nil {
		zone = time.UTC
	}
	out := bufio.NewWriter(t.w)
	for i := range logs {
		l := &logs[i]
		fmt.Fprintf(out, "%s  %s  %s  %s\n",
			t.paint(faint, l.Time.In(zone).Format("2006-01-02 15:04:05.000 MST")),
			t.paint(severityColor(l.Severity), fmt.Sprintf("%-5s", severity(l.Severity))),
			format.OneLine(l.Message()),
			t.paint(faint, about(l)))
	}
	return out.Flush()
}

func severity(number int) string {
	if text := ledger.SeverityText(number); text != "" {
		return text
	}
	return "-"
}

func severityColor(number int) string {
	switch {
	case number >= ledger.SeverityError:
		return red
	case number >= ledger.SeverityWarn:
		return yellow
	}
	return ""
}

// about is who and what a record is about; what is not known is left out.
func about(l *ledger.Log) string {
	var b strings.Builder
	add := func(key, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		value = format.OneLine(value)
		if strings.ContainsAny(value, " \"=") {
			value = fmt.Sprintf("%q", value)
		}
		b.WriteString(key + "=" + value)
	}
	add("error", l.ErrorType)
	add("model", l.Model)
	add("user", l.User)
	add("department", l.Department)
	add("application", l.Application)
	add("agent", l.Agent)
	if l.Service != l.Application {
		add("service", l.Service)
	}
	if l.EventName != l.Message() {
		add("event", l.EventName)
	}
	if !l.TraceID.IsZero() {
		add("trace", l.TraceID.String())
	}
	return b.String()
}

// NewJSON writes an object on a line for each record, with everything that is
// stored of it.
func NewJSON(w io.Writer) Writer { return &jsonWriter{w} }

type jsonWriter struct{ w io.Writer }

type jsonLine struct {
	ledger.Log
	SeverityText string `json:"severity_text,omitzero"`
	Message      string `json:"message,omitzero"`
}

func (j *jsonWriter) Write(logs []ledger.Log) error {
	out := bufio.NewWriter(j.w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for i := range logs {
		if err := encoder.Encode(jsonLine{logs[i], ledger.SeverityText(logs[i].Severity), logs[i].Message()}); err != nil {
			return err
		}
	}
	return out.Flush()
}
