package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/spanledger/spanledger/collector/internal/gzipped"
)

// Assets is where the files of the page are, save the page itself.
const Assets = "/assets/"

// ErrLeftOut reports a binary that was built with the tag no_ui.
var ErrLeftOut = errors.New("this binary was built without the page (tag no_ui)")

// policy of every answer. Scripts come from the page's own files alone, styles from the
// style element that is named, and no other page can show this one.
const policy = "default-src 'none'; script-src 'self'; style-src %s; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// headers of every answer, next to the policy.
var headers = map[string]string{
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	// A new binary has new files under the same names; the ETag saves sending
	// those that are still the same.
	"Cache-Control": "no-cache",
}

// file is one file of the page, ready to be sent.
type file struct {
	contentType   string
	etag          string
	policy        string
	plain, zipped []byte
}

// Handler serves the page at / and its files below Assets.
func Handler() (http.Handler, error) {
	return handler(files)
}

func handler(tree fs.FS) (http.Handler, error) {
	served := map[string]*file{}
	err := fs.WalkDir(tree, "dist", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return ErrLeftOut
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		}
		zipped, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		name = strings.TrimSuffix(strings.TrimPrefix(name, "dist"), ".gz")
		served[name], err = newFile(name, zipped)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("files of the page: %w", err)
	}
	served["/"] = served["/index.html"]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := served[r.URL.Path]
		if f == nil {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	}), nil
}

// newFile is a file of the page, which the binary has compressed: it is a hundred
// kilobytes smaller for it, and most browsers take the file as it is.
func newFile(name string, zipped []byte) (*file, error) {
	content, err := gzipped.Unpack(zipped)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(content)
	return &file{
		contentType: mime.TypeByExtension(path.Ext(name)),
		etag:        `"` + hex.EncodeToString(sum[:12]) + `"`,
		policy:      fmt.Sprintf(policy, styleSource(content)),
		plain:       content,
		zipped:      zipped,
	}, nil
}

// styleSource is the source of styles in the policy of a document: the hash of the style
// element that it has, and none where it has none.
func styleSource(content []byte) string {
	_, rest, ok := bytes.Cut(content, []byte("<style>"))
	style, _, closed := bytes.Cut(rest, []byte("</style>"))
	if !ok || !closed {
		return "'none'"
	}
	sum := sha256.Sum256(style)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, value := range headers {
		h.Set(name, value)
	}
	h.Set("Content-Security-Policy", f.policy)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	content := f.plain
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		content = f.zipped
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", fmt.Sprint(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// acceptsGzip reads Accept-Encoding; q=0 refuses.
func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight = strings.ReplaceAll(strings.ReplaceAll(weight, " ", ""), "q=", "")
			return strings.Trim(weight, "0.") != "" || weight == ""
		}
	}
	return false
}
