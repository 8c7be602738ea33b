// Package remote asks the ledger of a running collector: [Client] is a
// [ledger.Reader] over HTTP, [Handler] the other end.
//
// A DuckDB file belongs to one process at a time, so while a collector holds
// it, reports go through here. The protocol is JSON and carries amounts as strings:
// answers are as exact as those of the store itself. [Handler] only reads; what
// changes the ledger is [Operations], which asks for a token of its own.
//
//	POST /v1/ledger/aggregate     Query    -> {"groups": [Group...]}
//	POST /v1/ledger/traces        TraceQuery -> {"traces": [TraceSummary...]}
//	GET  /v1/ledger/traces/{id}            -> Trace
//	POST /v1/ledger/logs          LogQuery -> {"logs": [Log...]}
//
//	GET, PUT /v1/ledger/operations/retention  Retention -> Retention
//	POST     /v1/ledger/operations/void       {trace_id, span_id, reason} -> Call
//	POST     /v1/ledger/operations/forget     {user} -> lines
//	POST     /v1/ledger/operations/expire     -> lines
//	POST     /v1/ledger/operations/repair     {from, until, apply} -> lines
//	POST     /v1/ledger/operations/reprice    {from, until, apply, prices} -> lines
//
// Lines are JSON, each with progress, and the last with result or error.
package remote
