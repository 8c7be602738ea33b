-- Staged results of which the table has a later one.
DELETE FROM {{.Staging}} AS s
USING {{.Table}} AS t
WHERE t.result_id = s.result_id AND t.time > s.time
