package filestorageextension

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waiting makes the file of a queue in which so many requests wait.
func waiting(t *testing.T, requests int) []byte {
	t.Helper()
	dir, copied := t.TempDir(), t.TempDir()
	q, err := open(t, dir, nil)
	require.NoError(t, err)
	for i := range requests {
		require.NoError(t, q.exporter.ConsumeTraces(t.Context(), request(fmt.Sprint(i), 3000)))
	}
	kill(t, dir, copied)
	q.release()
	q.close(t)
	data, err := os.ReadFile(filepath.Join(copied, queueFile))
	require.NoError(t, err)
	return data
}

func TestDamage_IsMovedAsideAndWhatCanBeReadIsExported(t *testing.T) {
	const requests = 40
	whole := waiting(t, requests)
	random := rand.New(rand.NewPCG(5, 6))
	for name, damage := range map[string]func([]byte) []byte{
		"cut in half":         func(b []byte) []byte { return b[:len(b)/2] },
		"cut within a page":   func(b []byte) []byte { return b[:5*4096+77] },
		"no meta page":        func(b []byte) []byte { clear(b[:2*4096]); return b },
		"one byte":            func(b []byte) []byte { return b[:1] },
		"text instead of it":  func([]byte) []byte { return []byte("this was edited by someone, who did not know what it is") },
		"zeros at its middle": func(b []byte) []byte { clear(b[len(b)/8 : len(b)/8+20*4096]); return b },
		"noise": func(b []byte) []byte {
			for range 4000 {
				b[2*4096+random.IntN(len(b)-2*4096)] = byte(random.Uint32())
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, queueFile)
			require.NoError(t, os.WriteFile(path, damage(append([]byte(nil), whole...)), 0o600))

			_, err := open(t, dir, func(c *Config) { c.Recreate = false })
			require.ErrorContains(t, err, "queue file "+path+": damaged")
			require.ErrorContains(t, err, "set file_storage::recreate to true")

			q, err := open(t, dir, nil)
			require.NoError(t, err)
			q.release()
			entries := q.logs.FilterMessageSnippet("was renamed").All()
			require.Len(t, entries, 1)
			fields := entries[0].ContextMap()
			recovered := int(fields["requests_recovered"].(int64))
			require.FileExists(t, fields["moved_to"].(string))
			require.Eventually(t, func() bool { return q.count() >= recovered }, 5*time.Second, time.Millisecond, "%v: %v", fields, q.logs.All())
			t.Logf("%d recovered, %d lost, %d delivered: %v", recovered, fields["requests_lost"], q.count(), fields["error"])
			require.NoError(t, q.exporter.ConsumeTraces(t.Context(), request("afterwards", 10)))
			require.Eventually(t, func() bool { return q.count() == recovered+1 }, 5*time.Second, time.Millisecond)
			q.close(t)
		})
	}
}

// TestDamage_IsNeverDelivered flips one bit at a time: a request is delivered as
// it was or not at all, and the process continues.
func TestDamage_IsNeverDelivered(t *testing.T) {
	const requests = 6
	whole := waiting(t, requests)
	random := rand.New(rand.NewPCG(8, uint64(time.Now().UnixNano())))
	dir := t.TempDir()
	path := filepath.Join(dir, queueFile)
	for range 60 {
		data := append([]byte(nil), whole...)
		at := random.IntN(min(len(data), 16*4096))
		data[at] ^= 1 << random.IntN(8)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		q, err := open(t, dir, nil)
		require.NoError(t, err, "bit at %d", at)
		q.release()
		time.Sleep(3 * time.Millisecond)
		q.mu.Lock()
		for name := range q.delivered {
			var n int
			_, err := fmt.Sscan(name, &n)
			require.NoError(t, err, "bit at %d", at)
			require.Less(t, n, requests, "bit at %d", at)
		}
		q.mu.Unlock()
		q.close(t)
	}
}
