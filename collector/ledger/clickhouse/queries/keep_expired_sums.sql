-- Dates the runs of expired hours and days a century ahead: no mark is younger.
INSERT INTO rollup_runs (grain, bucket, run, refreshed)
WITH (SELECT argMax(value, set) FROM ledger_settings WHERE name = 'detail_days') AS kept
SELECT grain, bucket, argMax(run, r.refreshed), addYears(max(r.refreshed), 100)
FROM rollup_runs AS r
GROUP BY grain, bucket
HAVING bucket < today() - kept AND max(r.refreshed) < addYears(now64(6, 'UTC'), 1)
