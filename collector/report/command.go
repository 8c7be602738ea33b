package report

import (
	"regexp"
	"strings"

	"github.com/spanledger/spanledger/collector/ledger"
)

// Suggest is a command line of this program for a hint. The flags, of which some may be
// "", are those with which it asks the ledger and the period that the reader asked:
// a copy of it must not give figures of others.
func Suggest(args string, flags ...string) string {
	command := "spanledger " + args
	for _, flag := range flags {
		if flag != "" {
			command += " " + flag
		}
	}
	return command
}

// Flag writes a flag as a shell reads it.
func Flag(name, value string) string { return "--" + name + " " + quoted(value) }

// plain has only characters that no shell has a meaning for.
var plain = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

func quoted(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// Command is a command line about the period, and about calls that meet the conditions.
func (p Period) Command(args string, where ...ledger.Condition) string {
	flags := []string{p.Flags()}
	for _, c := range where {
		flags = append(flags, Flag("where", FormatCondition(c)))
	}
	return Suggest(args, flags...)
}
