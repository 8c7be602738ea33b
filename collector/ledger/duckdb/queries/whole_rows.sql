-- Rows by the keys of their spans.
SELECT {{.Columns}} FROM {{.Table}}
WHERE start_time >= make_timestamp_ns(?) AND start_time < make_timestamp_ns(?)
  AND (trace_id, span_id) IN (SELECT unnest(string_split(?, ','))::UUID, unnest(string_split(?, ','))::UBIGINT)
