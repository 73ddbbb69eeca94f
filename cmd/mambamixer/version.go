package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"

	"mambamixer/experiments/result"
)

// runVersion prints what a record says of the program that made it.
func runVersion(_ context.Context, c *command, args []string) error {
	if _, err := newFlags(c).parse(args); err != nil {
		return err
	}
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	env := result.NewEnv("")
	fmt.Printf("mambamixer %s, commit %s\n%s\n", cmp.Or(version, "(devel)"), cmp.Or(env.Commit, "not recorded"), env.Versions())
	return nil
}
