package clickhousetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// readyLimit bounds a start; on an idle machine it takes half a second.
const readyLimit = 60 * time.Second

// Server is a running ClickHouse.
type Server struct {
	HTTPAddr   string // host:port of the HTTP interface
	NativeAddr string // host:port of the native protocol

	dir    string
	cmd    *exec.Cmd
	exited chan error // receives once the process has ended
}

// Launch starts a server with its data and its log in dir, which may hold the
// data of an earlier one. Empty addresses take free loopback ports.
func Launch(ctx context.Context, dir, httpAddr, nativeAddr string) (*Server, error) {
	s := &Server{HTTPAddr: httpAddr, NativeAddr: nativeAddr, dir: dir}
	if err := freeAddrs(&s.HTTPAddr, &s.NativeAddr); err != nil {
		return nil, fmt.Errorf("clickhouse: %w", err)
	}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// freeAddrs fills in the addresses that are empty. All are held until the last
// is known, so that none is given out twice.
func freeAddrs(addrs ...*string) error {
	for _, addr := range addrs {
		if *addr != "" {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		*addr = l.Addr().String()
	}
	return nil
}

// DSN addresses a database over the native protocol. The database is created
// by the schema's first migration.
func (s *Server) DSN(database string) string {
	return "clickhouse://" + s.NativeAddr + "/" + database
}

// PID is the process id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Kill ends the server as a crash would, with SIGKILL.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	exit := <-s.exited
	s.exited <- exit // Kill again is harmless
}

// Restart starts a killed server again, on its data and its addresses.
func (s *Server) Restart(ctx context.Context) error {
	s.Kill()
	return s.start(ctx)
}

func (s *Server) start(ctx context.Context) error {
	lib, err := library()
	if err != nil {
		return err
	}
	program, err := launcher()
	if err != nil {
		return err
	}
	host, httpPort, err := net.SplitHostPort(s.HTTPAddr)
	if err != nil {
		return fmt.Errorf("clickhouse: HTTP address: %w", err)
	}
	_, nativePort, err := net.SplitHostPort(s.NativeAddr)
	if err != nil {
		return fmt.Errorf("clickhouse: native address: %w", err)
	}
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("clickhouse: %w", err)
	}
	defer log.Close()
	s.cmd = exec.Command(program, lib,
		"--config-file="+s.config(),
		"--path="+filepath.Join(s.dir, "data"),
		"--listen_host="+host, "--http_port="+httpPort, "--tcp_port="+nativePort,
		"--logger.console=1", "--log-level=fatal", // what a signal ended, and in which query
		// The last statement keeps the server up.
		"--query=SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; "+
			"SELECT sleepEachRow(1) FROM system.numbers SETTINGS max_block_size = 1 FORMAT Null")
	s.cmd.Stdout, s.cmd.Stderr = log, log
	// The server dies with this process, even when that is killed. The signal
	// is tied to the thread that forks, which therefore has to stay.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	s.exited = make(chan error, 1)
	go func(cmd *exec.Cmd, exited chan<- error) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			exited <- cmd.Wait()
		}
	}(s.cmd, s.exited)
	if err := <-started; err != nil {
		return fmt.Errorf("clickhouse: %w", err)
	}
	return s.ready(ctx)
}

// ready waits until both interfaces answer.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	for {
		_, err := s.Query(ctx, "SELECT 1")
		if err == nil {
			var conn net.Conn
			if conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", s.NativeAddr); err == nil {
				return conn.Close()
			}
		}
		select {
		case exit := <-s.exited:
			s.exited <- exit
			return fmt.Errorf("clickhouse: ended before it was ready: %w\n%s", errors.Join(exit, err), s.tail())
		case <-ctx.Done():
			s.Kill()
			return fmt.Errorf("clickhouse: not ready after %s: %w\n%s", readyLimit, err, s.tail())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Query runs a statement over HTTP and returns the answer, tab-separated unless
// the statement names a format. Parameters in braces, such as {name:String},
// are bound from pairs of name and value.
func (s *Server) Query(ctx context.Context, statement string, parameters ...string) (string, error) {
	return s.QueryIn(ctx, "default", statement, parameters...)
}

// QueryIn is Query with names taken from a database.
func (s *Server) QueryIn(ctx context.Context, database, statement string, parameters ...string) (string, error) {
	values := url.Values{"database": {database}}
	for i := 0; i+1 < len(parameters); i += 2 {
		values.Set("param_"+parameters[i], parameters[i+1])
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.HTTPAddr+"/?"+values.Encode(), strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	req.Close = true // no idle connection is left for a test to leak
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("clickhouse: %s: %s", res.Status, strings.TrimSpace(string(body)))
	}
	return strings.TrimSuffix(string(body), "\n"), nil
}

// config is the server's configuration file, which may be missing.
func (s *Server) config() string { return filepath.Join(s.dir, "config.xml") }

func (s *Server) log() string { return filepath.Join(s.dir, "clickhouse.log") }

// report ends the server and says what a failed test needs to know of it.
func (s *Server) report() string {
	how := "it ran until now"
	select {
	case exit := <-s.exited:
		s.exited <- exit
		how = "it had ended before: status 0"
		if exit != nil {
			how = "it had ended before: " + exit.Error()
		}
	default:
	}
	s.Kill()
	return how + "\n" + s.tail()
}

// tail is the end of the log.
func (s *Server) tail() string {
	const size = 4 << 10
	b, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-size):])
}
