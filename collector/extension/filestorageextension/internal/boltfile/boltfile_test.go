package boltfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/spanledger/spanledger/collector/extension/filestorageextension/internal/boltfile"
)

// database is a file of bbolt in which some keys were deleted again.
func database(tb testing.TB, keys, pageSize int) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true, PageSize: pageSize})
	require.NoError(tb, err)
	for i := range keys {
		require.NoError(tb, db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("default"))
			if err != nil {
				return err
			}
			if i%3 == 2 {
				if err := b.Delete(fmt.Append(nil, i-1)); err != nil {
					return err
				}
			}
			return b.Put(fmt.Append(nil, i), []byte(strings.Repeat("v", i*7%900)))
		}))
	}
	require.NoError(tb, db.Close())
	data, err := os.ReadFile(path)
	require.NoError(tb, err)
	return data
}

func TestCheck_PassesWhatBboltWrites(t *testing.T) {
	for _, keys := range []int{0, 1, 2, 10, 100, 1500} {
		for _, pageSize := range []int{1024, 4096, 65536} {
			data := database(t, keys, pageSize)
			require.NoError(t, boltfile.Check(bytes.NewReader(data), int64(len(data))), "%d keys, pages of %d bytes", keys, pageSize)
			found := make(map[string]string)
			require.NoError(t, boltfile.Scan(bytes.NewReader(data), int64(len(data)), func(key []byte, v boltfile.Value) bool {
				found[string(key)] = string(data[v.At : v.At+v.Size])
				return true
			}))
			for i := range keys {
				if i%3 == 1 && i < keys-1 {
					continue // deleted
				}
				require.Equal(t, strings.Repeat("v", i*7%900), found[fmt.Sprint(i)], "key %d of %d", i, keys)
			}
		}
	}
}

// FuzzCheck opens what passes the check with bbolt: where a page is wrong, that
// panics in a goroutine of its own.
func FuzzCheck(f *testing.F) {
	for _, keys := range []int{0, 3, 60} {
		data := database(f, keys, 1024)
		f.Add(data, uint32(0), byte(0))
		f.Add(data, uint32(len(data)/2), byte(1))
		f.Add(data[:len(data)/3], uint32(2*1024+8), byte(0xff))
	}
	path := filepath.Join(f.TempDir(), "db")
	f.Fuzz(func(t *testing.T, data []byte, at uint32, mask byte) {
		data = bytes.Clone(data)
		if len(data) > 0 {
			data[int(at)%len(data)] ^= mask
		}
		size := int64(len(data))
		require.NoError(t, boltfile.Scan(bytes.NewReader(data), size, func(_ []byte, v boltfile.Value) bool {
			require.LessOrEqual(t, v.At+v.Size, size)
			return true
		}))
		if boltfile.Check(bytes.NewReader(data), size) != nil {
			return
		}
		require.NoError(t, os.WriteFile(path, data, 0o600))
		db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true})
		require.NoError(t, err)
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(_ []byte, b *bbolt.Bucket) error {
				return b.ForEach(func(_, _ []byte) error { return nil })
			})
		}))
		require.NoError(t, db.Close())
	})
}
