package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/internal/plainfile"
	"github.com/spanledger/spanledger/collector/priceimport"
	"github.com/spanledger/spanledger/collector/report/format"
)

// priceLists are the formats that can be imported.
var priceLists = map[string]func(io.Reader) (*priceimport.Result, error){
	"litellm":      priceimport.LiteLLM,
	"genai-prices": priceimport.GenAIPrices,
}

func newPricesImportCommand() *cobra.Command {
	known := slices.Sorted(maps.Keys(priceLists))
	var from string
	cmd := &cobra.Command{
		Use:   "import --from " + strings.Join(known, "|") + " FILE",
		Short: "Convert a price list to a price file",
		Long: `Convert a price list that you already maintain to a price file on stdout. Entries that
cannot be converted are listed on stderr: prefix rules that would match other models, zeros
that may mean "not known", numbers that are not exact decimals, prices that depend
on the time of day.`,
		Example: `  spanledger prices import --from litellm model_prices_and_context_window.json > prices.json
  spanledger prices lint prices.json
  spanledger prices diff built-in prices.json`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			read, ok := priceLists[from]
			if !ok {
				return usagef("--from %q: choose one of %s", from, strings.Join(known, ", "))
			}
			in, err := plainfile.Open(args[0])
			if err != nil {
				return wrongFile("FILE", args[0], err)
			}
			defer in.Close()
			result, err := read(in)
			if err != nil {
				return unreadable(args[0], err)
			}
			for _, loss := range result.Losses {
				fmt.Fprintln(cmd.ErrOrStderr(), "not converted:", loss)
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s converted, %d entries not converted\n", format.Counted(int64(result.Models()), "model"), len(result.Losses))
			if result.Models() == 0 {
				return fmt.Errorf("%s: no price was found in the format of --from %s: check the file, or use another format: %s", args[0], from, strings.Join(known, ", "))
			}
			return result.Write(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "format of the list: "+strings.Join(known, ", "))
	complete(cmd, "from", known)
	return cmd
}
