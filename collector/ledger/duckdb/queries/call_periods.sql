-- Where the period of calls is cut, so that about as many calls as a number of rows start in each
-- part: in minutes since 1970.
SELECT min(minute) AS cut
FROM (
    SELECT minute, (sum(calls) OVER (ORDER BY minute) - calls) // {{.Rows}} AS part
    FROM (
        SELECT epoch_ns(start_time) // 60000000000 AS minute, count(*) AS calls
        FROM llm_call_rows
        WHERE billable
        {{- range .Conditions}}
            AND {{.}}
        {{- end}}
        GROUP BY minute
    )
)
WHERE part > 0
GROUP BY part
ORDER BY cut
