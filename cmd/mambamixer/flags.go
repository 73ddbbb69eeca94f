package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"mambamixer/experiments"
	"mambamixer/internal/nearest"
)

// errHelp ends a command that was asked for its flags.
var errHelp = errors.New("help was shown")

// flags is a flag set that allows flags after arguments and explains what it doesn't know.
type flags struct {
	*flag.FlagSet
	command *command
}

func newFlags(c *command) *flags {
	f := &flags{flag.NewFlagSet(c.name, flag.ContinueOnError), c}
	f.SetOutput(io.Discard)
	return f
}

// tierFlag adds -tier.
func (f *flags) tierFlag() *string {
	return f.String("tier", string(experiments.CPU), "`budget`: smoke (seconds), cpu (minutes on 2 cores) or paper (a GPU)")
}

// strictFlag adds -strict.
func (f *flags) strictFlag() *bool {
	return f.Bool("strict", false, "stop at the first file of pictures that can't be used, such as one that can't be decoded, instead of leaving it out; also refuse a finished run that left some out")
}

// devicesFlag adds -devices.
func (f *flags) devicesFlag() *int {
	return f.Int("devices", 1, "`number` of XLA devices that share each batch of the training; it must divide the batch, and changes results by roundings alone")
}

func checkDevices(devices int) error {
	if devices < 1 {
		return &usageError{fmt.Sprintf("-devices is %d; it must be 1 or more", devices)}
	}
	return nil
}

// list adds a flag that may be repeated.
func (f *flags) list(name, usage string) *[]string {
	values := new([]string)
	f.Func(name, usage, func(value string) error {
		*values = append(*values, value)
		return nil
	})
	return values
}

// dataFlag adds -data, the folder in which data is looked for first.
func (f *flags) dataFlag() *string {
	return f.String("data", "", "`folder` in which data is looked for before $MAMBAMIXER_DATA and the user's data folder")
}

// parse returns the arguments that are no flags, which may stand before, between and after them.
func (f *flags) parse(args []string) ([]string, error) {
	var positional []string
	for {
		if err := f.Parse(args); err != nil {
			return nil, f.explain(err)
		}
		if f.NArg() == 0 {
			return positional, nil
		}
		positional = append(positional, f.Arg(0))
		args = f.Args()[1:]
	}
}

func (f *flags) explain(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		f.show(os.Stdout)
		return errHelp
	}
	if name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); unknown {
		var names []string
		f.VisitAll(func(known *flag.Flag) { names = append(names, "-"+known.Name) })
		return &usageError{fmt.Sprintf("%s has no flag -%s%s", f.command.name, name, nearest.Hint("-"+name, names))}
	}
	return &usageError{fmt.Sprintf("%s: %v", f.command.name, err)}
}

func (f *flags) show(w io.Writer) {
	fmt.Fprintf(w, "usage: mambamixer %s\n\n%s.\n", f.command.synopsis, capital(f.command.summary))
	if explain := explained[f.command.name]; explain != nil {
		fmt.Fprintf(w, "\n%s", explain())
	}
	fmt.Fprintln(w)
	f.SetOutput(w)
	f.PrintDefaults()
	f.SetOutput(io.Discard)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
