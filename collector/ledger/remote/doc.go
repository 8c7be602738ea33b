// Package remote asks the ledger of a running collector: [Client] is a
// [ledger.Reader] over HTTP, [Handler] the other end.
//
// A DuckDB file belongs to one process at a time, so while a collector holds
// it, reports go through here. The protocol is JSON, reads only, and carries
// amounts as strings: answers are as exact as those of the store itself.
//
//	POST /v1/ledger/aggregate     Query    -> {"groups": [Group...]}
//	POST /v1/ledger/traces        TraceQuery -> {"traces": [TraceSummary...]}
//	GET  /v1/ledger/traces/{id}            -> Trace
//	POST /v1/ledger/logs          LogQuery -> {"logs": [Log...]}
package remote
