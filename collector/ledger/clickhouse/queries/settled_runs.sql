-- Which runs the sums of a period are read from, and, with an empty run, its hours that have
-- been marked.
SELECT toString(grain) AS grain, bucket, toString(run) AS run
FROM rollup_settled
WHERE bucket >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND bucket < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
UNION ALL
SELECT 'hour' AS grain, hour AS bucket, '' AS run
FROM rollup_marks
WHERE hour >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND hour < fromUnixTimestamp64Nano({until:Int64}, 'UTC')
GROUP BY hour
