DELETE FROM {{.Table}} AS t
USING {{.Staging}} AS s
WHERE t.result_id = s.result_id
