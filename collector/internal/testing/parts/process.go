package parts

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// readyLimit bounds how long a part may take to answer: the first start of
// Jaeger on a busy two-core machine takes several seconds.
const readyLimit = 90 * time.Second

// Process is a running part. It ends with its test, and its log is shown when
// the test has failed.
type Process struct {
	name string
	cmd  *exec.Cmd
	log  string
	done chan struct{}
	err  error // of the process; read after done
	stop sync.Once
}

// Run starts a program with the test's environment and env added to it.
func Run(tb testing.TB, program string, env []string, args ...string) *Process {
	tb.Helper()
	name := filepath.Base(program)
	log, err := os.Create(filepath.Join(tb.TempDir(), name+".log"))
	if err != nil {
		tb.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	// The part dies with the test binary, even when that is killed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		tb.Fatalf("start %s: %v", name, err)
	}
	p := &Process{name: name, cmd: cmd, log: log.Name(), done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	tb.Cleanup(func() {
		if err := p.Stop(30 * time.Second); err != nil && !tb.Failed() {
			tb.Errorf("%s: %v", name, err)
		}
		if tb.Failed() {
			tb.Logf("last lines of %s:\n%s", name, p.tail())
		}
	})
	return p
}

// PID is the process id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stop asks the process to end, and kills it when it has not within limit.
// What it returns is how the process ended, nil for a clean exit or the signal
// that Stop sent.
func (p *Process) Stop(limit time.Duration) error {
	p.stop.Do(func() {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(limit):
			_ = p.cmd.Process.Kill()
			<-p.done
			p.err = fmt.Errorf("killed: still running %s after SIGTERM", limit)
			return
		}
		if exit, ok := errors.AsType[*exec.ExitError](p.err); ok && exit.Sys().(syscall.WaitStatus).Signaled() {
			p.err = nil
		}
	})
	return p.err
}

// Kill ends the process at once, as a crash would.
func (p *Process) Kill() {
	p.stop.Do(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
		p.err = nil
	})
}

// Ready waits until url answers 200 and connections to the addresses are accepted.
// A collector listens for spans later than for questions: a test that sends names
// the address that it sends to.
func (p *Process) Ready(tb testing.TB, url string, addresses ...string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), readyLimit)
	defer cancel()
	p.await(ctx, tb, url, func() bool {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			tb.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
	})
	p.listens(ctx, tb, addresses)
}

// Listens waits until connections to all addresses, host:port, are accepted.
func (p *Process) Listens(tb testing.TB, addresses ...string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), readyLimit)
	defer cancel()
	p.listens(ctx, tb, addresses)
}

func (p *Process) listens(ctx context.Context, tb testing.TB, addresses []string) {
	tb.Helper()
	for _, address := range addresses {
		p.await(ctx, tb, address, func() bool {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
			return err == nil && conn.Close() == nil
		})
	}
}

// await asks again until answers is true. The test fails when the process or ctx
// ends first.
func (p *Process) await(ctx context.Context, tb testing.TB, what string, answers func() bool) {
	tb.Helper()
	for !answers() {
		select {
		case <-p.done:
			tb.Fatalf("%s ended before it was ready: %v\n%s", p.name, p.err, p.tail())
		case <-ctx.Done():
			tb.Fatalf("%s: %s does not answer after %s\n%s", p.name, what, readyLimit, p.tail())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// tail is the end of the log.
func (p *Process) tail() string {
	const size = 4 << 10
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-size):])
}

// FreeAddr returns a loopback address that no one listens on.
func FreeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Log returns what the process has written so far.
func (p *Process) Log(tb testing.TB) string {
	tb.Helper()
	b, err := os.ReadFile(p.log)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}
