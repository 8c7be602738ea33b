package digest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"

	"github.com/spanledger/spanledger/collector/report/format"
)

// Mail is how to send e-mail.
type Mail struct {
	Server         string // host:port
	From           string
	To             []string
	User, Password string // "" = without; sent over TLS only, or to this machine
}

// Validate names the setting that is wrong.
func (m *Mail) Validate() error {
	if _, _, err := net.SplitHostPort(m.Server); err != nil {
		return fmt.Errorf("mail server %q: expected HOST:PORT, such as smtp.example.com:587", m.Server)
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		return fmt.Errorf("sender %q: %w", m.From, err)
	}
	if len(m.To) == 0 {
		return errors.New("no recipient: give at least one address")
	}
	for _, to := range m.To {
		if _, err := mail.ParseAddress(to); err != nil {
			return fmt.Errorf("recipient %q: %w", to, err)
		}
	}
	return nil
}

// Send sends the digest as a mail of plain text, over TLS where the server offers it.
func (m *Mail) Send(ctx context.Context, d *Digest, now time.Time) error {
	if err := m.Validate(); err != nil {
		return err
	}
	message, err := m.message(d, now)
	if err != nil {
		return err
	}
	from, _ := mail.ParseAddress(m.From) // Validate has
	var to []string
	for _, address := range m.To {
		parsed, _ := mail.ParseAddress(address)
		to = append(to, parsed.Address)
	}
	host, _, _ := net.SplitHostPort(m.Server)
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return fmt.Errorf("mail server %s: %w", m.Server, err)
	}
	defer connection.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = connection.SetDeadline(deadline) // of a TCP connection it never fails
	}
	if err := m.deliver(connection, host, from.Address, to, message); err != nil {
		return fmt.Errorf("mail server %s: %w", m.Server, err)
	}
	return nil
}

func (m *Mail) deliver(connection net.Conn, host, from string, to []string, message []byte) error {
	client, err := smtp.NewClient(connection, host)
	if err != nil {
		return err
	}
	defer client.Close()
	if offered, _ := client.Extension("STARTTLS"); offered {
		if err := client.StartTLS(tlsConfig(host)); err != nil {
			return err
		}
	}
	if m.User != "" {
		// It refuses to send the password in the clear to another machine.
		if err := client.Auth(smtp.PlainAuth("", m.User, m.Password, host)); err != nil {
			return err
		}
	}
	if err := client.Mail(from); err != nil {
		return err
	}
	for _, address := range to {
		if err := client.Rcpt(address); err != nil {
			return err
		}
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := body.Write(message); err != nil {
		return err
	}
	if err := body.Close(); err != nil {
		return err
	}
	return client.Quit()
}

// message is the mail with its headers.
func (m *Mail) message(d *Digest, now time.Time) ([]byte, error) {
	var id [12]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	from, _ := mail.ParseAddress(m.From)
	var to []string
	for _, address := range m.To {
		parsed, _ := mail.ParseAddress(address)
		to = append(to, parsed.String())
	}
	header("From", from.String())
	header("To", strings.Join(to, ", "))
	header("Subject", mime.QEncoding.Encode("utf-8", format.OneLine(d.Title)))
	header("Date", now.Format(time.RFC1123Z))
	header("Message-ID", "<"+hex.EncodeToString(id[:])+"@spanledger>")
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(strings.ReplaceAll(d.Text(), "\n", "\r\n"))); err != nil {
		return nil, err
	}
	return b.Bytes(), w.Close()
}
