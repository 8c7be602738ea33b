package deadletter_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/spanledger/spanledger/collector/ledger/deadletter"
)

// letters are n spans with the service that sent them.
func letters(n int) []deadletter.Letter {
	td := ptrace.NewTraces()
	resource := td.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "intake")
	scope := resource.ScopeSpans().AppendEmpty()
	scope.Scope().SetName("sdk")
	var all []deadletter.Letter
	for i := range n {
		span := scope.Spans().AppendEmpty()
		span.SetTraceID(pcommon.TraceID{15: 1})
		span.SetSpanID(pcommon.SpanID{7: byte(i + 1)})
		span.SetName("line one\nline two")
		all = append(all, deadletter.NewLetter(errors.New("start: is zero"), resource, scope, span))
	}
	return all
}

func ids(t *testing.T, f *deadletter.File) (ids []string) {
	t.Helper()
	for letter, err := range f.All() {
		require.NoError(t, err)
		ids = append(ids, letter.SpanID)
	}
	return ids
}

func TestDeadLetters_LettersComeBackWithReasonResourceAndScope(t *testing.T) {
	f := deadletter.New(filepath.Join(t.TempDir(), "new", "dead.jsonl"))
	require.Empty(t, ids(t, f), "a file that does not exist has no letters")
	require.NoError(t, f.Append(nil))
	require.NoFileExists(t, f.Path())
	require.NoError(t, f.Append(letters(2)))
	require.NoError(t, f.Append(letters(1)))
	require.Equal(t, []string{"0000000000000001", "0000000000000002", "0000000000000001"}, ids(t, f))
	for letter := range f.All() {
		require.Equal(t, "start: is zero", letter.Reason)
		td, err := letter.Traces()
		require.NoError(t, err)
		resource := td.ResourceSpans().At(0)
		service, _ := resource.Resource().Attributes().Get("service.name")
		require.Equal(t, "intake", service.Str())
		require.Equal(t, "sdk", resource.ScopeSpans().At(0).Scope().Name())
		require.Equal(t, "line one\nline two", resource.ScopeSpans().At(0).Spans().At(0).Name())
	}
	info, err := os.Stat(f.Path())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "letters may hold what nobody else should read")
}

// readable is the span ids of the letters, and how many lines are none.
func readable(t *testing.T, f *deadletter.File) (ids []string, unreadable int) {
	t.Helper()
	for letter, err := range f.All() {
		var line *deadletter.UnreadableError
		if errors.As(err, &line) {
			require.Equal(t, 3, line.Line)
			unreadable++
			continue
		}
		require.NoError(t, err)
		ids = append(ids, letter.SpanID)
	}
	return ids, unreadable
}

func TestDeadLetters_ALineCutShortAnywhereLosesNoOther(t *testing.T) {
	whole := deadletter.New(filepath.Join(t.TempDir(), "dead.jsonl"))
	require.NoError(t, whole.Append(letters(3)))
	content, err := os.ReadFile(whole.Path())
	require.NoError(t, err)
	last := strings.LastIndexByte(strings.TrimSuffix(string(content), "\n"), '\n') + 1
	first := []string{"0000000000000001", "0000000000000002"}
	for end := last; end <= len(content); end++ {
		f := deadletter.New(filepath.Join(t.TempDir(), "dead.jsonl"))
		require.NoError(t, os.WriteFile(f.Path(), content[:end], 0o600))
		want, torn := first, 1
		switch {
		case end == last:
			torn = 0
		case end >= len(content)-1: // the letter is whole, with or without the end of its line
			want, torn = append(first[:2:2], "0000000000000003"), 0
		}
		ids, unreadable := readable(t, f)
		require.Equal(t, want, ids)
		require.Equal(t, torn, unreadable, "cut at byte %d", end)

		// The collector that comes up again writes on.
		require.NoError(t, f.Append(letters(1)))
		want = append(want[:len(want):len(want)], "0000000000000001")
		ids, unreadable = readable(t, f)
		require.Equal(t, want, ids)
		require.Equal(t, torn, unreadable, "cut at byte %d", end)

		told := 0
		send := takesAll
		send.SetAside = func(line *deadletter.UnreadableError, file string) {
			told++
			require.Equal(t, f.Path()+".unreadable", file)
		}
		sent, err := f.Drain(t.Context(), send)
		require.NoError(t, err)
		require.Equal(t, len(want), sent)
		require.Equal(t, torn, told)
		if torn == 0 {
			require.NoFileExists(t, f.Path()+".unreadable")
		} else {
			aside, err := os.ReadFile(f.Path() + ".unreadable")
			require.NoError(t, err)
			require.Equal(t, string(content[last:end])+"\n", string(aside))
		}
		sent, err = f.Drain(t.Context(), takesAll)
		require.NoError(t, err)
		require.Zero(t, sent)
	}
}

var takesAll = deadletter.Sender{
	Traces: func(context.Context, ptrace.Traces) error { return nil },
	Logs:   func(context.Context, plog.Logs) error { return nil },
}

func TestDeadLetters_LogRecordsComeBackAsSuch(t *testing.T) {
	ld := plog.NewLogs()
	resource := ld.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "intake")
	scope := resource.ScopeLogs().AppendEmpty()
	record := scope.LogRecords().AppendEmpty()
	record.SetSpanID(pcommon.SpanID{7: 9})
	record.Body().SetStr("no such policy")
	f := deadletter.New(filepath.Join(t.TempDir(), "dead.jsonl"))
	require.NoError(t, f.Append(append(letters(1), deadletter.NewLogLetter(errors.New("time: is zero"), resource, scope, record))))
	var got plog.Logs
	send := takesAll
	send.Logs = func(_ context.Context, ld plog.Logs) error { got = ld; return nil }
	sent, err := f.Drain(t.Context(), send)
	require.NoError(t, err)
	require.Equal(t, 2, sent)
	back := got.ResourceLogs().At(0)
	require.Equal(t, resource.Resource().Attributes().AsRaw(), back.Resource().Attributes().AsRaw())
	require.Equal(t, "no such policy", back.ScopeLogs().At(0).LogRecords().At(0).Body().Str())
}

func TestDeadLetters_DrainKeepsWhatIsNotTaken(t *testing.T) {
	f := deadletter.New(filepath.Join(t.TempDir(), "dead.jsonl"))
	require.NoError(t, f.Append(letters(4)))
	calls := 0
	sent, err := f.Drain(t.Context(), deadletter.Sender{Traces: func(context.Context, ptrace.Traces) error {
		if calls++; calls == 3 {
			return errors.New("collector is down")
		}
		return nil
	}})
	require.ErrorContains(t, err, "collector is down")
	require.Equal(t, 2, sent)
	require.Equal(t, []string{"0000000000000003", "0000000000000004"}, ids(t, f))

	sent, err = f.Drain(t.Context(), takesAll)
	require.NoError(t, err)
	require.Equal(t, 2, sent)
	require.Empty(t, ids(t, f))
	sent, err = f.Drain(t.Context(), deadletter.Sender{})
	require.NoError(t, err)
	require.Zero(t, sent)
}

func TestDeadLetters_AnItemOfTheQueueStaysAndHoldsNothingUp(t *testing.T) {
	f := deadletter.New(filepath.Join(t.TempDir(), "dead.jsonl"))
	item := []byte{0, 'L', 9, 0xff}
	require.NoError(t, f.Append([]deadletter.Letter{deadletter.NewItem(errors.New("version 9"), item)}))
	require.NoError(t, f.Append(letters(1)))
	sent, err := f.Drain(t.Context(), takesAll)
	require.ErrorIs(t, err, deadletter.ErrNoSpan)
	require.Equal(t, 1, sent)
	for letter, err := range f.All() {
		require.NoError(t, err)
		require.Equal(t, "version 9", letter.Reason)
		require.Equal(t, item, letter.Item)
	}
	require.Len(t, ids(t, f), 1)
}

func TestDeadLetters_DrainTakesUpWhatAKilledDrainLeft(t *testing.T) {
	f := deadletter.New(filepath.Join(t.TempDir(), "dead.jsonl"))
	require.NoError(t, f.Append(letters(2)))
	require.NoError(t, os.Rename(f.Path(), f.Path()+".draining"))
	require.NoError(t, f.Append(letters(1)))
	sent, err := f.Drain(t.Context(), takesAll)
	require.NoError(t, err)
	require.Equal(t, 2, sent)
	require.Equal(t, []string{"0000000000000001"}, ids(t, f))
}

func FuzzLetters(f *testing.F) {
	f.Add([]byte(`{"reason":"x","span":{"resourceSpans":[]}}` + "\n"))
	f.Add([]byte(`{"span":"not a span"}` + "\n{}\n\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "dead.jsonl")
		require.NoError(t, os.WriteFile(path, content, 0o600))
		for letter, err := range deadletter.New(path).All() {
			if err == nil {
				_, _ = letter.Traces()
				_, _ = letter.Logs()
			}
		}
	})
}
