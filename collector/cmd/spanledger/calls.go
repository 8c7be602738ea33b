package main

import (
	"slices"
	"strings"

	"github.com/quagmt/udecimal"
	"github.com/spf13/cobra"

	"github.com/spanledger/spanledger/collector/ledger"
	"github.com/spanledger/spanledger/collector/report"
)

func newCallsCommand() *cobra.Command {
	var (
		flags  reportFlags
		order  callOrderFlags
		narrow runFilterFlags
	)
	cmd := &cobra.Command{
		Use:   "calls",
		Short: "List calls, newest, slowest or most expensive first",
		Example: `  spanledger calls --since 1h
  spanledger calls --sort cost --top 10 --where department=claims
  spanledger calls --errors --format csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			question, err := order.question(&flags)
			if err != nil {
				return err
			}
			if question.Errors, question.MinCost, err = narrow.read(); err != nil {
				return err
			}
			return flags.runReport(cmd, func(reader ledger.Reader) (reportResult, error) {
				return report.Calls(cmd.Context(), reader, question)
			})
		},
	}
	order.add(cmd, ledger.DefaultCalls, "calls")
	narrow.add(cmd, "calls")
	flags.add(cmd, "24h")
	return cmd
}

// callOrderFlags choose the order and the number of calls or conversations.
type callOrderFlags struct {
	sort string
	top  int
}

func (f *callOrderFlags) add(cmd *cobra.Command, top int, rows string) {
	cmd.Flags().StringVar(&f.sort, "sort", traceOrders[0].sort, "sort by: "+strings.Join(traceSorts(), ", ")+"; newest, slowest or most expensive first")
	addTop(cmd, &f.top, top, "number of "+rows)
	complete(cmd, "sort", traceSorts())
}

// question reads the flags of a list.
func (f *callOrderFlags) question(flags *reportFlags) (q report.CallsQuestion, err error) {
	s, err := flags.read()
	if err != nil {
		return q, err
	}
	q.Period, q.Where = s.Period, s.Where
	at := slices.IndexFunc(traceOrders, func(o traceOrder) bool { return o.sort == f.sort })
	if at < 0 {
		return q, usagef("--sort %q: use one of %s", f.sort, strings.Join(traceSorts(), ", "))
	}
	if f.top < 1 {
		return q, usagef("--top %d: expected a number of rows, 1 or more", f.top)
	}
	q.Order, q.Top = traceOrders[at].order, f.top
	return q, nil
}

// runFilterFlags keep calls or runs by their outcome.
type runFilterFlags struct {
	errors  bool
	minCost string
}

func (f *runFilterFlags) add(cmd *cobra.Command, rows string) {
	cmd.Flags().BoolVar(&f.errors, "errors", false, "only "+rows+" that failed")
	cmd.Flags().StringVar(&f.minCost, "min-cost", "", "only "+rows+" that cost this much or more, in USD")
}

func (f *runFilterFlags) read() (onlyErrors bool, minCost *udecimal.Decimal, err error) {
	if f.minCost == "" {
		return f.errors, nil, nil
	}
	least, err := udecimal.Parse(f.minCost)
	if err != nil || least.IsNeg() {
		return false, nil, usagef("--min-cost %q: expected an amount in USD, such as 0.50", f.minCost)
	}
	return f.errors, &least, nil
}
