DELETE FROM {{.Staging}}
