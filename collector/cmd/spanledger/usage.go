package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

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
	var parameter *report.ParameterError
	if errors.As(err, &parameter) {
		return usagef("--%w", err)
	}
	return err
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

// noArgs rejects arguments of a command that takes flags only.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes flags only, got the argument %q", cmd.CommandPath(), args[0])
}

// exactArgs requires exactly the n arguments that the usage line names.
func exactArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return requireArgs(cmd, args, len(args) == n) }
}

// minimumArgs requires at least n arguments.
func minimumArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error { return requireArgs(cmd, args, len(args) >= n) }
}

func requireArgs(cmd *cobra.Command, args []string, enough bool) error {
	if enough {
		return nil
	}
	got := "nothing"
	if len(args) > 0 {
		got = fmt.Sprintf("%q", args)
	}
	return fmt.Errorf("expected %s %s, got %s", cmd.Parent().CommandPath(), cmd.Use, got)
}

// knownSubcommand rejects an unknown subcommand and names the nearest one.
func knownSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2 // typing errors, not guesses
	msg := fmt.Sprintf("%s has no command %q", cmd.CommandPath(), args[0])
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		msg += fmt.Sprintf("; did you mean %q?", near[0])
	}
	return errors.New(msg)
}
