package providertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exchange is one case.
type exchange struct {
	Name string `json:"-"`
	Dir  string `json:"-"`

	Method  string            `json:"method"` // default POST
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"` // of the request
	Status  int               `json:"status"`  // default 200
	Answer  map[string]string `json:"answer"`  // headers of the response
	Source  string            `json:"source"`  // where the shape was seen

	Request  []byte `json:"-"`
	Response []byte `json:"-"`
}

// load reads the cases below dir.
func load(tb testing.TB, dir string) []exchange {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(tb, err)
	var out []exchange
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "fuzz" {
			continue
		}
		x := exchange{Name: e.Name(), Dir: filepath.Join(dir, e.Name()), Method: http.MethodPost, Status: http.StatusOK}
		raw, err := os.ReadFile(filepath.Join(x.Dir, "case.json"))
		require.NoError(tb, err)
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		require.NoError(tb, dec.Decode(&x), x.Dir)
		if strings.Contains(x.Name, "recorded") {
			require.NotEmpty(tb, x.Source, "%s: source", x.Dir)
		}
		requests, err := filepath.Glob(filepath.Join(x.Dir, "request.*"))
		require.NoError(tb, err)
		for _, r := range requests {
			x.Request, err = os.ReadFile(r)
			require.NoError(tb, err)
		}
		answers, err := filepath.Glob(filepath.Join(x.Dir, "response.*"))
		require.NoError(tb, err)
		require.Len(tb, answers, 1, "%s: response.*", x.Dir)
		x.Response, err = os.ReadFile(answers[0])
		require.NoError(tb, err)
		out = append(out, x)
	}
	require.NotEmpty(tb, out, "cases in %s", dir)
	return out
}

// vendor is a transport that answers as one exchange says.
type vendor struct {
	x       exchange
	body    io.Reader
	headers map[string]string // in addition to those of the exchange
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	h := http.Header{}
	for _, set := range []map[string]string{v.x.Answer, v.headers} {
		for k, val := range set {
			h.Set(k, val)
		}
	}
	return &http.Response{
		StatusCode: v.x.Status, Status: http.StatusText(v.x.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(v.body), ContentLength: -1, Request: r,
	}, nil
}

// cutReader ends with an error, as a broken connection does.
type cutReader struct{ rest []byte }

var errCut = errors.New("connection reset")

func (r *cutReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, errCut
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
