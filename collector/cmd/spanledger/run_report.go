package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/ledger/remote"
	"github.com/spanledger/spanledger/collector/report/format"
)

// reportResult is the answer to any question.
type reportResult interface {
	Document() *format.Document
}

// runReport opens the ledger, asks, and writes.
func runReport(cmd *cobra.Command, store *storeFlags, output *outputFlags, ask func(ledger.Reader) (reportResult, error)) (err error) {
	if _, err := output.format(); err != nil {
		return err
	}
	reader, closeStore, err := store.open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeStore()) }()
	doc, err := ask(reader)
	if err != nil {
		return withStoreHint(reader, err)
	}
	return output.write(cmd, doc.Document())
}

// withStoreHint adds to an error of a store what the user can do. A client of the ledger
// API has hints of its own.
func withStoreHint(reader ledger.Reader, err error) error {
	if _, isRemote := reader.(*remote.Client); isRemote {
		return err
	}
	switch ledger.CauseOf(err) {
	case ledger.CauseUnreachable:
		return fmt.Errorf("%w (hint: check that the store runs, and its address in --store or $%s)", err, storeVariable)
	case ledger.CauseAccessDenied:
		return fmt.Errorf("%w (hint: check user and password in --store or $%s)", err, storeVariable)
	}
	return err
}
