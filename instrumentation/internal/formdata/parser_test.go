package formdata_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/instrumentation/internal/formdata"
)

// fields returns what the parser finds in pieces of n bytes.
func fields(tb testing.TB, contentType string, body []byte, n int) []string {
	tb.Helper()
	var out []string
	var p formdata.Parser
	if !p.Init(contentType, func(name string, value []byte) { out = append(out, name+"="+string(value)) }) {
		return nil
	}
	for len(body) > 0 {
		piece := body[:min(n, len(body))]
		p.Write(piece)
		body = body[len(piece):]
	}
	return out
}

func TestParser_ShortFieldsAreFoundBetweenFiles(t *testing.T) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	file, err := w.CreateFormFile("file", "model\"; name=\"model.wav")
	require.NoError(t, err)
	_, _ = file.Write([]byte(strings.Repeat("\r\n--\r\r\n--"+w.Boundary()[:10]+"\r", 1000)))
	require.NoError(t, w.WriteField("model", "gpt-4o-transcribe"))
	require.NoError(t, w.WriteField("prompt", strings.Repeat("long ", 1000)))
	require.NoError(t, w.WriteField("language", ""))
	require.NoError(t, w.WriteField("note", "one\r\n--two\r"))
	require.NoError(t, w.WriteField("stream", "true"))
	require.NoError(t, w.Close())
	body.WriteString("\r\nContent-Disposition: form-data; name=\"epilogue\"\r\n\r\nx\r\n--" + w.Boundary())

	want := []string{"model=gpt-4o-transcribe", "language=", "note=one\r\n--two\r", "stream=true"}
	for _, n := range []int{1, 2, 3, 7, 64, body.Len()} {
		assert.Equal(t, want, fields(t, w.FormDataContentType(), body.Bytes(), n), "in pieces of %d bytes", n)
	}
}

func TestParser_OtherBodiesHaveNoFields(t *testing.T) {
	for name, tc := range map[string]struct{ contentType, body string }{
		"no boundary":              {"multipart/form-data", "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--"},
		"another boundary":         {"multipart/form-data; boundary=y", "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--"},
		"a broken content type":    {"multipart/form-data; boundary", "--x"},
		"a value that is cut off":  {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm"},
		"a header that is cut off": {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"model\""},
		"a header that is broken":  {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"model\r\n\r\nm\r\n--x--"},
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, fields(t, tc.contentType, []byte(tc.body), 5)) })
	}
}

// FuzzParser compares with the reader of the standard library, where that
// accepts the form, and with itself in pieces of another size.
func FuzzParser(f *testing.F) {
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--x--\r\n"), uint8(1))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n\r\n\r\r\n--\r\n--x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n\r\n--x--"), uint8(3))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--x--\r\n"), uint8(2))
	f.Add([]byte("--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--xyz\r\n--x--\r\n"), uint8(2))
	f.Fuzz(func(t *testing.T, body []byte, n uint8) {
		const contentType = "multipart/form-data; boundary=x"
		got := fields(t, contentType, body, len(body)+1)
		require.Equal(t, got, fields(t, contentType, body, int(n)+1))
		if want, ok := byStandardLibrary(body); ok {
			require.Equal(t, want, got)
		}
	})
}

// byStandardLibrary reads a form in the strict format that clients write.
func byStandardLibrary(body []byte) (out []string, ok bool) {
	r := multipart.NewReader(bytes.NewReader(body), "x")
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return out, true
		}
		if err != nil || !bytes.HasPrefix(body, []byte("--x\r\n")) || bytes.Count(body, []byte("\n")) != bytes.Count(body, []byte("\r\n")) {
			return nil, false
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, false
		}
		header := part.Header["Content-Disposition"]
		if len(header) > 1 || len(header) == 1 && strings.Contains(header[0], "filename=\"\"") {
			return nil, false
		}
		if part.FormName() != "" && part.FileName() == "" && len(value) <= 256 {
			out = append(out, part.FormName()+"="+string(value))
		}
	}
}
