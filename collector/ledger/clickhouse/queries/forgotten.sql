SELECT key, hash, toUnixTimestamp64Micro(since) AS since_us
FROM {{.}}
