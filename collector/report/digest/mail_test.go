package digest_test

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/spanledger/spanledger/collector/report/digest"
)

// delivered holds what a mail server was told.
type delivered struct {
	commands []string
	data     string
}

// mailServer speaks SMTP on this machine for one connection. refuse is the command that
// it answers with an error.
func mailServer(t *testing.T, refuse string) (address string, result <-chan delivered) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	done := make(chan delivered, 1)
	go func() {
		var got delivered
		defer func() { done <- got }()
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		in := bufio.NewReader(conn)
		say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
		say("220 localhost ready")
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimRight(line, "\r\n")
			got.commands = append(got.commands, line)
			verb, _, _ := strings.Cut(line, " ")
			switch {
			case verb == refuse:
				say("550 not here")
			case verb == "EHLO":
				say("250-localhost")
				say("250 AUTH PLAIN")
			case verb == "AUTH":
				say("235 welcome")
			case verb == "DATA":
				say("354 go on")
				for {
					line, err := in.ReadString('\n')
					if err != nil || line == ".\r\n" {
						break
					}
					got.data += line
				}
				say("250 queued")
			case verb == "QUIT":
				say("221 bye")
				return
			default:
				say("250 ok")
			}
		}
	}()
	return listener.Addr().String(), done
}

func TestMail_IsDeliveredToAServer(t *testing.T) {
	address, result := mailServer(t, "")
	m := digest.Mail{Server: address, From: "Spanledger <bot@example.com>", To: []string{"Ädä <ada@example.com>", "team@example.com"}, User: "bot", Password: "hunter2"}
	now := time.Date(2026, 10, 26, 7, 0, 0, 0, berlin)
	d := &digest.Digest{Title: "LLM cost: 12 € of week 43", Lines: []string{".a line that begins with a dot", strings.Repeat("long ", 40)}}
	require.NoError(t, m.Send(t.Context(), d, now))
	got := <-result
	assert.Contains(t, got.commands, "MAIL FROM:<bot@example.com>")
	assert.Contains(t, got.commands, "RCPT TO:<ada@example.com>")
	assert.Contains(t, got.commands, "RCPT TO:<team@example.com>")
	message, err := mail.ReadMessage(strings.NewReader(got.data))
	require.NoError(t, err)
	assert.Equal(t, "=?utf-8?q?LLM_cost:_12_=E2=82=AC_of_week_43?=", message.Header.Get("Subject"))
	to, err := message.Header.AddressList("To")
	require.NoError(t, err)
	assert.Equal(t, "Ädä", to[0].Name)
	date, err := message.Header.Date()
	require.NoError(t, err)
	assert.True(t, date.Equal(now))
	body, err := io.ReadAll(quotedprintable.NewReader(message.Body))
	require.NoError(t, err)
	assert.Equal(t, strings.ReplaceAll(d.Text(), "\n", "\r\n"), string(body))
}

func TestMail_SaysWhatTheServerRefused(t *testing.T) {
	for _, command := range []string{"MAIL", "RCPT", "DATA", "AUTH"} {
		address, _ := mailServer(t, command)
		m := digest.Mail{Server: address, From: "bot@example.com", To: []string{"ada@example.com"}, User: "bot", Password: "hunter2"}
		err := m.Send(t.Context(), sample, monday)
		assert.ErrorContains(t, err, "not here", command)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestMail_IsChecked(t *testing.T) {
	good := digest.Mail{Server: "smtp.example.com:587", From: "bot@example.com", To: []string{"ada@example.com"}}
	require.NoError(t, good.Validate())
	for want, change := range map[string]func(*digest.Mail){
		"HOST:PORT":    func(m *digest.Mail) { m.Server = "smtp.example.com" },
		"sender":       func(m *digest.Mail) { m.From = "bot" },
		"no recipient": func(m *digest.Mail) { m.To = nil },
		"recipient":    func(m *digest.Mail) { m.To = []string{"ada@example.com\r\nBcc: eve@example.com"} },
	} {
		m := good
		change(&m)
		assert.ErrorContains(t, m.Validate(), want)
	}
}
