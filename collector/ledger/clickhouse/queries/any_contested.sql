-- Whether any span but our own round trips claims a bill in the period. Where
-- none does, the skip index on claim answers without reading a row.
SELECT count() AS number
FROM (
    SELECT 1
    FROM llm_call_rows
    WHERE toDate(start_time) >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC'))
      AND toDate(start_time) <= toDate(fromUnixTimestamp64Nano({until:Int64}, 'UTC'))
      AND claim NOT IN ('', 'transport')
    LIMIT 1
)
