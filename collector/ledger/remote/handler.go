package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spanledger/spanledger/collector/internal/apierror"
	"github.com/spanledger/spanledger/collector/ledger"
)

// maxQuery bounds the body of a question: a thousand values to filter by fit
// with ease.
const maxQuery = 1 << 20

// Handler answers questions from reader. It serves the paths of the package's
// protocol and 404 elsewhere; it never writes.
func Handler(reader ledger.Reader) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+tracesPath+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := ledger.ParseTraceID(r.PathValue("id"))
		if err != nil {
			apierror.Refuse(w, http.StatusBadRequest, err)
			return
		}
		q, err := foldQuery(id, r.URL.Query())
		if err != nil {
			apierror.Refuse(w, http.StatusBadRequest, err)
			return
		}
		trace, err := reader.FoldedTrace(r.Context(), q)
		answer(w, trace, err)
	})
	serveList[query](mux, groupList, reader.Aggregate)
	serveList[query](mux, keptList, reader.KeptSums)
	serveList[traceQuery](mux, traceList, reader.Traces)
	serveList[logQuery](mux, logList, reader.Logs)
	serveList[prefixQuery](mux, prefixList, reader.Prefixes)
	serveList[contextQuery](mux, contextList, reader.Contexts)
	serveList[resultQuery](mux, resultList, reader.Results)
	serveList[callQuery](mux, callList, reader.CallList)
	serveList[callQuery](mux, conversationList, reader.Conversations)
	serve[wasteQuery](mux, wastePath, reader.Waste)
	serve[cacheQuery](mux, cacheMissesPath, reader.CacheMisses)
	if files, ok := reader.(ledger.FileExporter); ok {
		mux.HandleFunc("POST "+exportPath, func(w http.ResponseWriter, r *http.Request) { exportFile(w, r, files) })
	}
	return mux
}

// foldQuery reads the parameters of a trace: without them, it is whole.
func foldQuery(id ledger.TraceID, given url.Values) (q ledger.FoldQuery, err error) {
	q.Trace = id
	if text := given.Get(maxSpansParameter); text != "" {
		if q.MaxSpans, err = strconv.Atoi(text); err != nil {
			return q, fmt.Errorf("%s: %q: expected a number", maxSpansParameter, text)
		}
	}
	if text := given.Get(spanParameter); text != "" {
		if q.Span, err = ledger.ParseSpanID(text); err != nil {
			return q, fmt.Errorf("%s: %w", spanParameter, err)
		}
	}
	return q, q.Validate()
}

// serve answers the questions of a path, whose form on the wire is W.
func serve[W interface{ ledger() (Q, error) }, Q, A any](mux *http.ServeMux, path string, ask func(context.Context, Q) (A, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var wire W
		if !readQuery(w, r, &wire) {
			return
		}
		q, err := wire.ledger()
		if err != nil {
			apierror.Refuse(w, http.StatusBadRequest, err)
			return
		}
		found, err := ask(r.Context(), q)
		answer(w, found, err)
	})
}

func serveList[W interface{ ledger() (Q, error) }, Q, T any](mux *http.ServeMux, list listPath, ask func(context.Context, Q) ([]T, error)) {
	serve[W](mux, list.path, func(ctx context.Context, q Q) (listAnswer[T], error) {
		found, err := ask(ctx, q)
		return listAnswer[T]{list.name, found}, err
	})
}

func readQuery(w http.ResponseWriter, r *http.Request, into any) bool {
	return readBody(w, r, into, maxQuery)
}

func readBody(w http.ResponseWriter, r *http.Request, into any, limit int64) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		apierror.Refuse(w, http.StatusBadRequest, fmt.Errorf("body: %w", err))
		return false
	}
	return true
}

func answer(w http.ResponseWriter, body any, err error) {
	if err != nil {
		apierror.Answer(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// A client that went away is no failure of the server's.
	_ = json.NewEncoder(w).Encode(body)
}
