// Command kubernetes checks the Helm chart and what is rendered from it. Each set
// of values in the chart's ci folder is linted, rendered, and read strictly with
// the types of the API, those of the Prometheus operator included: an unknown key,
// a value of the wrong kind, or a reference between objects that leads nowhere is
// an error. The manifests for kubectl are rendered from the same chart and must be
// current; what an upgrade may not change is held to the released versions. It is
// a module of its own, so that Kubernetes' packages stay out of the project's.
//
//	go run . ../..            # check
//	go run . -update ../..    # rewrite deploy/kubernetes
package main

import (
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	update := flag.Bool("update", false, "write the rendered manifests instead of comparing them")
	flag.Parse()
	// The loader reports each symbolic link of the chart, which are meant.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: kubernetes [-update] DEPLOY-FOLDER")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *update); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(deploy string, update bool) error {
	chart := filepath.Join(deploy, "helm/spanledger")
	sets, err := filepath.Glob(filepath.Join(chart, "ci/*.yaml"))
	if err != nil || len(sets) == 0 {
		return fmt.Errorf("%s/ci: no sets of values (%v)", chart, err)
	}
	var errs []error
	rendered := map[string]string{}
	for _, file := range sets {
		set := strings.TrimSuffix(filepath.Base(file), ".yaml")
		text, err := render(chart, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", set, err))
			continue
		}
		all, err := read(text)
		if err == nil {
			err = all.check()
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", set, err))
			continue
		}
		rendered[set] = text
		fmt.Printf("%s: %d objects\n", set, len(all))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return errors.Join(manifests(deploy, rendered, update), upgrades("testdata/released", rendered), refusals(chart))
}
