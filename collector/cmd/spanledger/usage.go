package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spanledger/spanledger/collector/report"
)

// usageError is a wrong command line: the process ends with exitUsage.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usagef makes a usageError. The message names the flag, the value and the fix.
func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// flagError turns an error of package report about a parameter into a usage error
// about the flag of that name.
func flagError(err error) error {
	if _, ok := errors.AsType[*report.ParameterError](err); ok {
		return usagef("--%w", err)
	}
	return err
}

// wrongFlag makes a usage error of an error of the flag parser. A value of a wrong type
// is named with an example.
func wrongFlag(err error) error {
	var wrong *pflag.InvalidValueError
	if errors.As(err, &wrong) {
		switch flag := wrong.GetFlag(); flag.Value.Type() {
		case "duration":
			return usagef("--%s %q: expected a duration, such as 90s", flag.Name, wrong.GetValue())
		case "int", "int64", "uint64":
			return usagef("--%s %q: expected a whole number", flag.Name, wrong.GetValue())
		case "float64":
			return usagef("--%s %q: expected a number", flag.Name, wrong.GetValue())
		}
	}
	return &usageError{err: err}
}

func isUsage(err error) bool {
	var usage *usageError
	return errors.As(err, &usage)
}

// usageArgs turns wrong arguments of this command and its subcommands into usage
// errors. A command that only groups others shows its help.
func usageArgs(cmd *cobra.Command) {
	check := cmd.Args
	switch {
	case cmd.HasSubCommands():
		check = knownSubcommand
		if !cmd.Runnable() {
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	case check == nil:
		check = noArgs
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &usageError{err: err}
		}
		return nil
	}
	for _, sub := range cmd.Commands() {
		usageArgs(sub)
	}
}

// noArgs rejects arguments of a command that has only flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("unexpected argument %q: %s has only flags", args[0], cmd.CommandPath())
}

// exactArgs requires exactly the n arguments that the usage line names.
func exactArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return requireArgs(cmd, args, len(args) == n) }
}

// minimumArgs requires at least n arguments.
func minimumArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return requireArgs(cmd, args, len(args) >= n) }
}

// maximumArgs allows at most n arguments.
func maximumArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return requireArgs(cmd, args, len(args) <= n) }
}

func requireArgs(cmd *cobra.Command, args []string, enough bool) error {
	if enough {
		return nil
	}
	got := "no argument"
	if len(args) > 0 {
		got = strings.Join(args, " ")
	}
	return fmt.Errorf("wrong number of arguments: expected %s %s, got %s", cmd.Parent().CommandPath(), cmd.Use, got)
}

// knownSubcommand rejects an unknown subcommand and names the nearest one.
func knownSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2 // suggest only for typing errors
	msg := fmt.Sprintf("unknown command %q of %s", args[0], cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		msg += fmt.Sprintf("; did you mean %q?", near[0])
	}
	return errors.New(msg)
}

// unreadable is the error of a file of JSON that cannot be read.
func unreadable(file string, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: the JSON ends before it is complete: the file may be cut off", file)
	}
	return fmt.Errorf("%s: %w", file, err)
}

// wrongFile makes a usage error of a file that cannot be opened. Name is the flag or
// argument, such as "--file".
func wrongFile(name, path string, err error) error {
	var opening *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usagef("%s %q: no such file", name, path)
	case errors.As(err, &opening):
		return usagef("%s %q: %w", name, path, opening.Err)
	}
	return usagef("%s %q: %w", name, path, err)
}

// wrongContent is like wrongFile, for a file that may be there with a mistake in it.
func wrongContent(name, path string, err error) error {
	var opening *fs.PathError
	switch {
	case errors.As(err, &opening) && opening.Path == path:
		return wrongFile(name, path, err)
	case strings.HasPrefix(err.Error(), path):
		return usagef("%s: %w", name, err)
	}
	return usagef("%s %s: %w", name, path, err)
}

// serverURL checks the URL of a server that a flag names; "" is none.
func serverURL(flag, text, example string) error {
	if text == "" {
		return nil
	}
	if u, err := url.Parse(text); err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usagef("--%s %q: expected a URL such as %s", flag, text, example)
	}
	return nil
}

// otlpEndpoint reads --otlp-endpoint: a URL, or host:port without TLS.
func otlpEndpoint(text string) (*url.URL, error) {
	raw := text
	if !strings.Contains(raw, "://") {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usagef("--otlp-endpoint %q: expected a URL such as %s", text, defaultOTLP)
	}
	return u, nil
}
