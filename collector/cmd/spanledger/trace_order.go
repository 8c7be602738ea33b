package main

import (
	"cmp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spanledger/spanledger/collector/ledger"
)

// traceOrder is an order and what it is called.
type traceOrder struct {
	sort, word, former string
	order              ledger.TraceOrder
}

// traceOrders are the orders of runs: the value of --sort, the word that names
// the first run of the order, and the word and flag of earlier versions.
var traceOrders = []traceOrder{
	{"time", "newest", "newest", ledger.NewestFirst},
	{"duration", "slowest", "slowest", ledger.SlowestFirst},
	{"cost", "most-expensive", "dearest", ledger.DearestFirst},
}

// traceOrderOf returns the order whose first run the word names.
func traceOrderOf(word string) (ledger.TraceOrder, bool) {
	for _, o := range traceOrders {
		if word == o.word || word == o.former {
			return o.order, true
		}
	}
	return "", false
}

// traceOrderFlags choose the order and the number of runs.
type traceOrderFlags struct {
	sort   string
	top    int
	former []int // a number of runs for each of traceOrders
}

func (f *traceOrderFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.sort, "sort", traceOrders[0].sort, "sort by: "+strings.Join(traceSorts(), ", ")+"; newest, slowest or most expensive first")
	addTop(cmd, &f.top, 20, "number of runs")
	complete(cmd, "sort", traceSorts())
	f.former = make([]int, len(traceOrders))
	for i, o := range traceOrders {
		cmd.Flags().IntVar(&f.former[i], o.former, 0, "use --sort "+o.sort+" --top N")
		// Kept for one version, out of the help.
		if err := cmd.Flags().MarkHidden(o.former); err != nil {
			panic(err) // the flag does not exist: a mistake in this function
		}
	}
}

func (f *traceOrderFlags) read(flags *pflag.FlagSet) (order ledger.TraceOrder, top int, err error) {
	given := ""
	for i, o := range traceOrders {
		switch {
		case flags.Changed(o.former):
			if given != "" || flags.Changed("sort") {
				return "", 0, usagef("--%s contradicts --%s: give one order, such as --sort %s --top %d", o.former, cmp.Or(given, "sort"), o.sort, f.former[i])
			}
			given, order, top = o.former, o.order, f.former[i]
		case given == "" && f.sort == o.sort:
			order, top = o.order, f.top
		}
	}
	switch {
	case order == "":
		return "", 0, usagef("--sort %q: use one of %s", f.sort, strings.Join(traceSorts(), ", "))
	case top < 1:
		return "", 0, usagef("--%s %d: expected a number of runs, 1 or more", cmp.Or(given, "top"), top)
	}
	return order, top, nil
}

func traceSorts() []string {
	sorts := make([]string, len(traceOrders))
	for i, o := range traceOrders {
		sorts[i] = o.sort
	}
	return sorts
}
