package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report/format"
)

// documenter is the answer to any question.
type documenter interface {
	Document() *format.Document
}

// answer opens the ledger, asks, and writes.
func answer(cmd *cobra.Command, store *storeFlags, output *outputFlags, ask func(ledger.Reader) (documenter, error)) (err error) {
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
		return err
	}
	return output.write(cmd, doc.Document())
}
