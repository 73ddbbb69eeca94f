package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

func runHelp(ctx context.Context, _ *command, args []string) error {
	if len(args) == 0 {
		usage(os.Stdout)
		return nil
	}
	c, err := find(args[0])
	if err != nil {
		return err
	}
	if c.name == "help" {
		usage(os.Stdout)
		return nil
	}
	return c.run(ctx, c, []string{"-help"})
}

// explained is what the help says of a command besides its summary and its flags.
var explained = map[string]func() string{"bench": benchParts, "compare": compareSides, "results": resultsSources}

func usage(w io.Writer) {
	fmt.Fprintln(w, "mambamixer reruns the experiments of the MambaMixer paper, and more.")
	fmt.Fprintln(w)
	for _, c := range commands {
		fmt.Fprintf(w, "  mambamixer %-40s %s\n", c.synopsis, c.summary)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "Start with: mambamixer doctor, then mambamixer run tsm2/ETTh1/96")
}
