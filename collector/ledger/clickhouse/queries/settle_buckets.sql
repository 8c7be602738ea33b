INSERT INTO rollup_runs (grain, bucket, run, refreshed)
SELECT '{{.Grain}}', arrayJoin({buckets:Array(DateTime('UTC'))}), {run:UUID}, fromUnixTimestamp64Micro({begun:Int64}, 'UTC')
