package providertest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/spanledger/spanledger/instrumentation/otelgenai"
	"github.com/spanledger/spanledger/tracing/semconv"
)

var update = flag.Bool("update", false, "write want.json")

// Run runs the suite over the cases in testdata. Options are those the
// transport needs to recognise the cases' hosts, if any.
func Run(t *testing.T, opts ...otelgenai.Option) {
	t.Helper()
	for _, x := range load(t, "testdata") {
		t.Run(x.Name, func(t *testing.T) {
			s := newSuite(x, opts)
			want := s.want(t)
			t.Run("as it stands", func(t *testing.T) {
				s.same(t, want, x.Response, bytes.NewReader(x.Response), nil)
			})
			t.Run("a byte at a time", func(t *testing.T) {
				s.same(t, want, x.Response, iotest.OneByteReader(bytes.NewReader(x.Response)), nil)
			})
			t.Run("compressed", func(t *testing.T) {
				var z bytes.Buffer
				w := gzip.NewWriter(&z)
				_, err := w.Write(x.Response)
				require.NoError(t, err)
				require.NoError(t, w.Close())
				packed := z.Bytes()
				s.same(t, want, packed, iotest.HalfReader(bytes.NewReader(packed)), map[string]string{"Content-Encoding": "gzip"})
			})
			t.Run("with unknown fields", func(t *testing.T) {
				body := withUnknownFields(x.Response)
				s.same(t, want, body, bytes.NewReader(body), nil)
			})
			t.Run("cut off at every byte", func(t *testing.T) { s.cut(t, want) })
			t.Run("ending inside an event", func(t *testing.T) { s.endsInside(t) })
			t.Run("under another content type", func(t *testing.T) { s.mistyped(t, want) })
			t.Run("content", func(t *testing.T) { newSuite(x, withContent(opts)).content(t) })
			t.Run("empty", func(t *testing.T) { require.NotEmpty(t, s.survives(t, nil)) })
			t.Run("not what the header says", func(t *testing.T) {
				require.NotEmpty(t, s.survives(t, []byte("<html>\n\n\x00\xff{[\"")))
			})
		})
	}
}

// Fuzz feeds the decoders of a provider with what no vendor sends. The caller
// gets the bytes as they are, and the span ends once, also for bytes that cannot be read.
func Fuzz(f *testing.F, opts ...otelgenai.Option) {
	cases := load(f, "testdata")
	for i, x := range cases {
		f.Add(uint8(i), x.Request, x.Response)
	}
	f.Fuzz(func(t *testing.T, which uint8, request, response []byte) {
		x := cases[int(which)%len(cases)]
		x.Request = request
		s := newSuite(x, withContent(opts))
		if len(s.survives(t, response)) > 0 {
			return
		}
		// At a host that is not listed, the request decides whether it is a call.
		x.Request = []byte("0")
		spans, _, err := newSuite(x, withContent(opts)).call(t, http.NoBody, nil)
		require.NoError(t, err)
		require.Empty(t, spans, "a call of this host has a span, whatever the request says")
	})
}

func withContent(opts []otelgenai.Option) []otelgenai.Option {
	return append([]otelgenai.Option{otelgenai.WithContentCapture(otelgenai.SpanOnly)}, opts...)
}

// suite runs one exchange, each time through a transport of its own.
type suite struct {
	x       exchange
	vendor  *vendor
	spans   *tracetest.SpanRecorder
	options []otelgenai.Option
}

func newSuite(x exchange, opts []otelgenai.Option) *suite {
	s := &suite{x: x, vendor: &vendor{x: x}, spans: tracetest.NewSpanRecorder()}
	s.options = append([]otelgenai.Option{
		otelgenai.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(s.spans))),
	}, opts...)
	return s
}

// call makes the exchange and returns the spans that ended and what the caller
// read.
func (s *suite) call(t *testing.T, body io.Reader, headers map[string]string) (spans []sdktrace.ReadOnlySpan, read []byte, err error) {
	t.Helper()
	s.spans.Reset()
	s.vendor.body, s.vendor.headers = body, headers
	var sent io.Reader
	if s.x.Request != nil {
		sent = bytes.NewReader(s.x.Request)
	}
	req, reqErr := http.NewRequest(s.x.Method, s.x.URL, sent)
	require.NoError(t, reqErr)
	req.Header.Set("Content-Type", "application/json")
	for k, v := range s.x.Headers {
		req.Header.Set(k, v)
	}
	resp, tripErr := otelgenai.NewTransport(s.vendor, s.options...).RoundTrip(req)
	require.NoError(t, tripErr)
	read, err = io.ReadAll(resp.Body)
	require.NoError(t, resp.Body.Close())
	return s.spans.Ended(), read, err
}

// want is the golden file.
func (s *suite) want(t *testing.T) map[string]any {
	t.Helper()
	path := filepath.Join(s.x.Dir, "want.json")
	if *update {
		spans, _, err := s.call(t, bytes.NewReader(s.x.Response), nil)
		require.NoError(t, err)
		require.NotEmpty(t, spans)
		out, err := json.MarshalIndent(describe(spans), "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, append(out, '\n'), 0o644))
	}
	raw, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update and read what it writes")
	var want map[string]any
	require.NoError(t, json.Unmarshal(raw, &want))
	return want
}

// content checks what is recorded of the messages, for those who want them.
func (s *suite) content(t *testing.T) {
	t.Helper()
	spans, read, err := s.call(t, bytes.NewReader(s.x.Response), nil)
	require.NoError(t, err)
	require.NotEmpty(t, spans)
	assert.True(t, bytes.Equal(s.x.Response, read), "the caller reads what was sent")
	said := map[string]json.RawMessage{}
	for _, kv := range spans[len(spans)-1].Attributes() {
		switch kv.Key {
		case semconv.SystemInstructions, semconv.InputMessages, semconv.OutputMessages, semconv.ToolDefinitions:
			said[string(kv.Key)] = json.RawMessage(kv.Value.AsString())
		}
	}
	got, err := json.MarshalIndent(said, "", "  ")
	require.NoError(t, err)
	path := filepath.Join(s.x.Dir, "content.json")
	if *update && len(said) > 0 {
		require.NoError(t, os.WriteFile(path, append(got, '\n'), 0o644))
	}
	want, err := os.ReadFile(path)
	if len(said) == 0 {
		require.ErrorIs(t, err, os.ErrNotExist, "nothing is recorded of what %s has", path)
		return
	}
	require.NoError(t, err, "run the test with -update and read what it writes")
	require.JSONEq(t, string(want), string(got))
}

func (s *suite) same(t *testing.T, want map[string]any, sent []byte, body io.Reader, headers map[string]string) {
	t.Helper()
	spans, read, err := s.call(t, body, headers)
	require.NoError(t, err)
	require.NotEmpty(t, spans)
	assert.True(t, bytes.Equal(sent, read), "the caller reads what was sent")
	if diff := cmp.Diff(want, roundTrip(t, describe(spans))); diff != "" {
		t.Errorf("span differs (-want +got):\n%s", diff)
	}
}

// cut checks that a broken connection never adds to the bill, and never costs
// the caller more than it does anyway.
func (s *suite) cut(t *testing.T, want map[string]any) {
	t.Helper()
	full := tokens(want)
	for n := range s.x.Response {
		spans, read, err := s.call(t, &cutReader{s.x.Response[:n]}, nil)
		require.ErrorIs(t, err, errCut)
		require.NotEmpty(t, spans, "cut at %d", n)
		require.True(t, bytes.Equal(s.x.Response[:n], read), "cut at %d", n)
		for k, v := range tokens(roundTrip(t, describe(spans))) {
			require.LessOrEqual(t, v, full[k], "%s, cut at %d", k, n)
		}
	}
}

// endsInside checks that a stream which ends, as if it were whole, inside an
// event counts as cut, with what the events before have reported, or all that
// this one does.
func (s *suite) endsInside(t *testing.T) {
	t.Helper()
	if !bytes.Contains(s.x.Response, []byte("data: {")) {
		t.Skip("no server-sent events")
	}
	describeCut := func(n int) map[string]any {
		spans, _, err := s.call(t, bytes.NewReader(s.x.Response[:n]), nil)
		require.NoError(t, err)
		require.NotEmpty(t, spans, "cut at %d", n)
		return roundTrip(t, describe(spans))
	}
	at := 0
	for _, line := range bytes.SplitAfter(s.x.Response, []byte("\n")) {
		begin, end := at, at+len(line)
		at = end
		if !bytes.HasPrefix(line, []byte("data: {")) {
			continue
		}
		before, after := counts(describeCut(begin)), counts(describeCut(end))
		text := bytes.TrimRight(line, "\r\n")
		step := 1 + len(text)/300 // every byte, but of events that take a test seconds
		for n := begin + len("data: {"); n < begin+len(text); n += step {
			got := describeCut(n)
			if now := counts(got); !maps.Equal(now, before) { // the object with the counts is whole
				require.Equal(t, after, now, "cut at %d", n)
			}
			require.Equal(t, true, got[string(semconv.StreamAborted)], "cut at %d", n)
		}
	}
}

// counts are the tokens of a call's own span: the models that worked for it have
// objects of their own.
func counts(described map[string]any) map[string]float64 {
	own := maps.Clone(described)
	delete(own, othersKey)
	return tokens(own)
}

// mistyped checks that the form of an answer is known by its first bytes where
// the content type is another, is missing, or is in capitals.
func (s *suite) mistyped(t *testing.T, want map[string]any) {
	t.Helper()
	contentType := ""
	for k, v := range s.x.Answer {
		if strings.EqualFold(k, "Content-Type") {
			contentType = v
		}
	}
	kinds := []string{strings.ToUpper(contentType)}
	if strings.HasPrefix(contentType, "application/vnd.amazon.eventstream") {
		kinds = append(kinds, "", "application/octet-stream")
	}
	if strings.HasPrefix(contentType, "application/json") || strings.HasPrefix(contentType, "text/event-stream") {
		kinds = append(kinds, "", "text/plain; charset=utf-8", "application/octet-stream")
	}
	if strings.HasPrefix(contentType, "text/event-stream") {
		kinds = append(kinds, "application/json")
	}
	for _, kind := range kinds {
		s.same(t, want, s.x.Response, bytes.NewReader(s.x.Response), map[string]string{"Content-Type": kind})
		s.same(t, want, s.x.Response, iotest.OneByteReader(bytes.NewReader(s.x.Response)), map[string]string{"Content-Type": kind})
	}
}

// tokens adds up the counts of a description, by attribute.
func tokens(described map[string]any) map[string]float64 {
	out := map[string]float64{}
	for k, v := range described {
		if n, isCount := v.(float64); isCount && strings.Contains(k, "tokens") {
			out[k] += n
		}
	}
	others, _ := described[othersKey].([]any)
	for _, o := range others {
		for k, n := range tokens(o.(map[string]any)) {
			out[k] += n
		}
	}
	return out
}

// survives returns the spans of a call with an answer that no vendor sends.
func (s *suite) survives(t *testing.T, body []byte) []sdktrace.ReadOnlySpan {
	t.Helper()
	spans, read, err := s.call(t, bytes.NewReader(body), nil)
	require.NoError(t, err)
	require.True(t, bytes.Equal(body, read))
	return spans
}

const othersKey = "(others)"

// describe is a call as the golden files show it: its span, which ends last,
// and those of other calls that its answer tells of.
func describe(spans []sdktrace.ReadOnlySpan) map[string]any {
	last := len(spans) - 1
	m := describeSpan(spans[last])
	var others []any
	for _, s := range spans[:last] {
		others = append(others, describeSpan(s))
	}
	if others != nil {
		m[othersKey] = others
	}
	return m
}

// describeSpan shows values of the clock as their presence.
func describeSpan(span sdktrace.ReadOnlySpan) map[string]any {
	m := map[string]any{"(name)": span.Name(), "(status)": span.Status().Code.String()}
	for _, kv := range span.Attributes() {
		m[string(kv.Key)] = value(kv)
	}
	return m
}

func value(kv attribute.KeyValue) any {
	switch kv.Key {
	case "gen_ai.response.time_to_first_chunk", "spanledger.ratelimit.reset":
		return "(measured)"
	default:
		return kv.Value.AsInterface()
	}
}

// roundTrip gives a description the types of a golden file.
func roundTrip(t *testing.T, m map[string]any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(raw, &out))
	return maps.Clone(out)
}

// withUnknownFields adds to every object at the top of the body a field no
// vendor has, and blank lines and comments where they may stand.
func withUnknownFields(body []byte) []byte {
	const field = `{"x_unknown":{"usage":{"prompt_tokens":1e9},"x":["}\\\"",null,-1.5e3,true]},`
	lines := bytes.SplitAfter(body, []byte("\n"))
	var out bytes.Buffer
	for i, line := range lines {
		data, isEvent := bytes.CutPrefix(line, []byte("data: "))
		switch {
		case isEvent && bytes.HasPrefix(data, []byte("{\"")):
			out.WriteString(": comment\nid: 7\ndata: " + field)
			out.Write(data[1:])
		case i == 0 && bytes.HasPrefix(line, []byte("{")) && !bytes.HasPrefix(line, []byte("{}")):
			out.WriteString(" \t\r\n" + field)
			out.Write(line[1:])
		default:
			out.Write(line)
		}
	}
	return out.Bytes()
}
