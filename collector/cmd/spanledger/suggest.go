package main

import (
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/report"
)

// Flags that a suggested command takes over from the one that suggests it.
var (
	ledgerNames    = []string{"store", "server"}
	suggestedNames = slices.Concat([]string{"since", "from", "to", "zone"}, ledgerNames, []string{"price-file"})
)

// suggest is a command for a hint of cmd: with the ledger, period and prices that the
// user gave, where it has flags for them.
func suggest(cmd *cobra.Command, args string) string {
	var names []string
	other, _, err := cmd.Root().Find(strings.Fields(args))
	for _, name := range suggestedNames {
		if err == nil && other.Flags().Lookup(name) != nil {
			names = append(names, name)
		}
	}
	return report.Suggest(args, givenFlags(cmd, names))
}

// givenFlags are the flags of these names that the user gave.
func givenFlags(cmd *cobra.Command, names []string) string {
	var flags []string
	for _, name := range names {
		if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed {
			value := flag.Value.String()
			if name == "store" && mayHoldPassword(value) {
				value = "STORE"
			}
			flags = append(flags, report.Flag(name, value))
		}
	}
	return strings.Join(flags, " ")
}

// mayHoldPassword is true of an address that must not be printed.
func mayHoldPassword(dsn string) bool {
	if strings.HasPrefix(dsn, "duckdb://") {
		return false
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return true
	}
	_, has := u.User.Password()
	return has || u.RawQuery != ""
}
