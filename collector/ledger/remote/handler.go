package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/spanledger/spanledger/collector/ledger"
)

// maxQuery bounds the body of a question: a thousand values to filter by fit
// with ease.
const maxQuery = 1 << 20

// Handler answers questions from reader. It serves the paths of the package's
// protocol and 404 elsewhere; it never writes.
func Handler(reader ledger.Reader) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+aggregatePath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[query, ledger.Query](w, r); ok {
			groups, err := reader.Aggregate(r.Context(), q)
			answer(w, groupsAnswer{Groups: groups}, err)
		}
	})
	mux.HandleFunc("POST "+tracesPath, func(w http.ResponseWriter, r *http.Request) {
		var wire traceQuery
		if !readQuery(w, r, &wire) {
			return
		}
		traces, err := reader.Traces(r.Context(), ledger.TraceQuery(wire))
		answer(w, tracesAnswer{Traces: traces}, err)
	})
	mux.HandleFunc("GET "+tracesPath+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := ledger.ParseTraceID(r.PathValue("id"))
		if err != nil {
			refuse(w, http.StatusBadRequest, err)
			return
		}
		trace, err := reader.Trace(r.Context(), id)
		answer(w, trace, err)
	})
	mux.HandleFunc("POST "+logsPath, func(w http.ResponseWriter, r *http.Request) {
		var wire logQuery
		if !readQuery(w, r, &wire) {
			return
		}
		found, err := reader.Logs(r.Context(), ledger.LogQuery(wire))
		answer(w, logsAnswer{Logs: found}, err)
	})
	mux.HandleFunc("POST "+prefixesPath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[prefixQuery, ledger.PrefixQuery](w, r); ok {
			uses, err := reader.Prefixes(r.Context(), q)
			answer(w, prefixesAnswer{Prefixes: uses}, err)
		}
	})
	mux.HandleFunc("POST "+wastePath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[wasteQuery, ledger.WasteQuery](w, r); ok {
			found, err := reader.Waste(r.Context(), q)
			answer(w, found, err)
		}
	})
	mux.HandleFunc("POST "+cacheMissesPath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[cacheQuery, ledger.CacheQuery](w, r); ok {
			found, err := reader.CacheMisses(r.Context(), q)
			answer(w, found, err)
		}
	})
	mux.HandleFunc("POST "+resultsPath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[resultQuery, ledger.ResultQuery](w, r); ok {
			found, err := reader.Results(r.Context(), q)
			answer(w, resultsAnswer{Results: found}, err)
		}
	})
	mux.HandleFunc("POST "+contextsPath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[contextQuery, ledger.ContextQuery](w, r); ok {
			uses, err := reader.Contexts(r.Context(), q)
			answer(w, contextsAnswer{Contexts: uses}, err)
		}
	})
	mux.HandleFunc("POST "+callsPath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[callQuery, ledger.CallQuery](w, r); ok {
			found, err := reader.CallList(r.Context(), q)
			answer(w, callsAnswer{Calls: found}, err)
		}
	})
	mux.HandleFunc("POST "+conversationsPath, func(w http.ResponseWriter, r *http.Request) {
		if q, ok := readInto[callQuery, ledger.CallQuery](w, r); ok {
			found, err := reader.Conversations(r.Context(), q)
			answer(w, conversationsAnswer{Conversations: found}, err)
		}
	})
	if files, ok := reader.(ledger.FileExporter); ok {
		mux.HandleFunc("POST "+exportPath, func(w http.ResponseWriter, r *http.Request) { exportFile(w, r, files) })
	}
	return mux
}

// readInto reads a question in its form of the wire, W, and gives the ledger's.
func readInto[W interface{ ledger() (Q, error) }, Q any](w http.ResponseWriter, r *http.Request) (q Q, ok bool) {
	var wire W
	if !readQuery(w, r, &wire) {
		return q, false
	}
	q, err := wire.ledger()
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return q, false
	}
	return q, true
}

func readQuery(w http.ResponseWriter, r *http.Request, into any) bool {
	return readBody(w, r, into, maxQuery)
}

func readBody(w http.ResponseWriter, r *http.Request, into any, limit int64) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("body: %w", err))
		return false
	}
	return true
}

func answer(w http.ResponseWriter, body any, err error) {
	var badQuery *ledger.QueryError
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		refuse(w, http.StatusNotFound, err)
	case errors.As(err, &badQuery):
		refuse(w, http.StatusBadRequest, err)
	case err != nil:
		refuse(w, http.StatusInternalServerError, err)
	default:
		w.Header().Set("Content-Type", "application/json")
		// A client that went away is no failure of the server's.
		_ = json.NewEncoder(w).Encode(body)
	}
}

func refuse(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{Error: err.Error()})
}
