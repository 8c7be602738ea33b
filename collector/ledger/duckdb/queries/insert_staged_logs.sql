INSERT INTO {{.Table}} ({{.Columns}})
SELECT {{.Columns}} FROM {{.Staging}} ORDER BY time
