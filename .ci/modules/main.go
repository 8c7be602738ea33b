// Command modules serves the repository's modules as a release would, without
// one: it makes a module proxy of the working tree, in which each has a
// version of its own that no tag has.
//
//	go run . proxy DIR      make the proxy in DIR and print the version
//	go run . tidy           tidy every go.mod and go.sum
//	go run . check          fail where one is not tidy; build each module without go.work
//	go run . release V      let the modules require each other at V, which is then tagged
//
// Run it in this folder with GOWORK=off; the Makefile does.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "modules:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	tree, err := openTree(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	switch {
	case len(args) == 2 && args[0] == "proxy":
		dir, err := filepath.Abs(args[1])
		if err != nil {
			return err
		}
		if err := tree.serve(dir); err != nil {
			return err
		}
		fmt.Println(tree.version)
		return nil
	case len(args) == 1 && args[0] == "tidy":
		return tree.tidy(true)
	case len(args) == 1 && args[0] == "check":
		return tree.tidy(false)
	case len(args) == 2 && args[0] == "release":
		return tree.release(args[1])
	}
	return errors.New("usage: modules proxy DIR | tidy | check | release VERSION")
}
