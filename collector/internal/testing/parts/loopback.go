package parts

import (
	"fmt"
	"net"
	"os"
	"testing"
)

// Loopback is an address of this machine on which the ports of the shipped
// configuration are free. Test programs that run at once are given networks of
// their own by their process ids, since the port is not held.
func Loopback(tb testing.TB) string {
	tb.Helper()
	pid := os.Getpid()
	for i := range 200 {
		host := fmt.Sprintf("127.%d.%d.%d", 64+pid>>8&0x3f, pid&0xff, 1+i)
		l, err := net.Listen("tcp", host+":4317")
		if err == nil {
			_ = l.Close()
			return host
		}
	}
	tb.Fatal("no loopback address has port 4317 free")
	return ""
}
