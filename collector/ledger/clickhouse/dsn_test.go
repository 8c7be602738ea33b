package clickhouse_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/spanledger/spanledger/collector/ledger/clickhouse"
)

func TestDSN(t *testing.T) {
	for _, test := range []struct{ name, dsn, part string }{
		{"a host alone", "clickhouse://ch", ""},
		{"everything", "clickhouse://writer:s%40cret@ch1:9000,ch2/db?secure=true&compression=zstd&max_connections=2", ""},
		{"an IPv6 address", "clickhouse://[::1]:9000/db", ""},
		{"another scheme", "postgres://u:secret@h/db", "scheme"},
		{"no host", "clickhouse:///db", "host"},
		{"a port that is none", "clickhouse://u:secret@h:port/db", "host"},
		{"a database with a quote", "clickhouse://u:secret@h/d`b", "database"},
		{"a password badly encoded", "clickhouse://u:secret%zz@h/db", "password"},
		{"an unknown option", "clickhouse://u:secret@h/db?color=red", "options"},
		{"a method that is none", "clickhouse://u:secret@h/db?compression=rar", "compression"},
		{"a password file that is missing", "clickhouse://u@h/db?password_file=/does/not/exist", "password_file"},
		{"no connections", "clickhouse://u:secret@h/db?max_connections=0", "max_connections"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := clickhouse.Validate(test.dsn)
			if test.part == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var dsnError *clickhouse.DSNError
			if !errors.As(err, &dsnError) || dsnError.Part != test.part {
				t.Fatalf("want a *DSNError about %s, got %v", test.part, err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in the message: %v", err)
			}
		})
	}
}

func FuzzDSN(f *testing.F) {
	f.Add("clickhouse://u:p@h:1,h2/db?secure=1")
	f.Add("clickhouse://[::1/%zz?")
	f.Fuzz(func(t *testing.T, dsn string) {
		if strings.Contains(dsn, "_file") {
			t.Skip("reads files")
		}
		_ = clickhouse.Validate(dsn)
	})
}
