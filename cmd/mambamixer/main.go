// Command mambamixer runs the experiments of the MambaMixer project.
//
//	mambamixer doctor                    what works on this machine, and what to do about the rest
//	mambamixer data list|get|check       data sets: what is here, fetch, verify
//	mambamixer list [words]              the experiments
//	mambamixer run <spec>...             train, test, and show the result beside the paper's
//	mambamixer attach <run folder|spec>  follow a run that is at work, or stop it
//	mambamixer sweep <study>...          many runs: specs times settings times seeds
//	mambamixer tune <spec>...            search for hyper-parameters on validation data
//	mambamixer results export|check      keep the records of runs as CSV, look for damage and conflicts
//	mambamixer compare <A> <B>           is A better than B, and how sure is that?
//	mambamixer inspect <run folder>...   what TSM2 or ViM2 has learned: averages, selectivity, receptive fields, training
//	mambamixer draw <figure>|<spec>      what a model is made of, as a block diagram
//	mambamixer report <study>|all        tables, tests and figures from records, without training
//	mambamixer bench <part>...           measure kernels, training steps, memory, other commits and frameworks
//	mambamixer kernel install|run|uninstall
//	                                     the Jupyter kernel, in which cells import the project's packages
//	mambamixer notebook run|check|clear|new
//	                                     run notebooks without a browser, hold them against their outputs, make one
//	mambamixer version                   which program this is, and with which libraries
//
// `mambamixer help <command>` shows the flags of a command. The exit code is 0 on success, 1 when something failed,
// 2 when the command line makes no sense, 75 when another process is at work on the same run, and 130 when the user
// interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"mambamixer/experiments/process"
	"mambamixer/experiments/train"
	"mambamixer/internal/nearest"
)

// command is one subcommand.
type command struct {
	name, synopsis, summary string
	run                     func(ctx context.Context, c *command, args []string) error
}

var commands []*command

func init() {
	commands = []*command{
		{"doctor", "doctor [flags]", "say what works on this machine, and what to do about the rest", runDoctor},
		{"data", "data list|get|check [set...] [flags]", "show, fetch and verify the data sets", runData},
		{"list", "list [word...] [flags]", "list the studies and specs that have every word", runList},
		{"run", "run <spec>... [flags]", "train and test experiments; the same command resumes them", runRun},
		{"attach", "attach <run folder or spec> [flags]", "follow a run that is at work elsewhere, until its end or Ctrl-C, which leaves it alone; -stop asks it to save and stop", runAttach},
		{"sweep", "sweep <study or spec>... [flags]", "do many runs, with several seeds; the same command goes on", runSweep},
		{"tune", "tune <spec>... [flags]", "search for hyper-parameters on validation data; the same command goes on", runTune},
		{"results", "results export [study...] | check [folder or file...] [flags]", "keep the records of runs as CSV; look for damage and conflicts", runResults},
		{"compare", "compare <A> <B> [flags]", "say which of two sets of runs is better, and how sure that is", runCompare},
		{"inspect", "inspect <run folder>... [flags]", "draw what finished runs of TSM2 or ViM2 have learned", runInspect},
		{"draw", "draw [<figure> or <spec>] [flags]", "draw what a model is made of; without a name, list the figures", runDraw},
		{"report", "report table5|table7|...|all [flags]", "write tables, tests and figures from records: Markdown, LaTeX, CSV, a web page", runReport},
		{"bench", "bench <part>... [flags]", "measure speed on this machine", runBench},
		{"kernel", "kernel install|run|uninstall [flags]", "let Jupyter offer the Go kernel of this project, or stop offering it", runKernel},
		{"notebook", "notebook run|check|clear|new ... [flags]", "run notebooks without a browser, check their outputs, make one", runNotebook},
		{"version", "version", "say which program this is, and with which libraries", runVersion},
		{"help", "help [command]", "show this, or the flags of a command", runHelp},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(exitCode(dispatch(ctx, os.Args[1:])))
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		usage(os.Stderr)
		return &usageError{"a command is missing"}
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	c, err := find(name)
	if err != nil {
		return err
	}
	err = c.run(ctx, c, args[1:])
	var wrong *usageError
	if errors.As(err, &wrong) && name != "help" {
		return &misuse{c, err}
	}
	return err
}

func find(name string) (*command, error) {
	var names []string
	for _, c := range commands {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	return nil, &usageError{fmt.Sprintf("there is no command %q%s", name, nearest.Hint(name, names))}
}

// usageError is a command line that makes no sense.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// misuse is a usageError of a command that is known.
type misuse struct {
	command *command
	error
}

func (m *misuse) Unwrap() error { return m.error }

// exitCode prints the error, if any, as one sentence and says how the process ends.
func exitCode(err error) int {
	if err == nil || errors.Is(err, errHelp) {
		return 0
	}
	var wrongUsage *usageError
	var misused *misuse
	var interrupted *train.Interrupted
	var locked *train.Locked
	fmt.Fprintf(os.Stderr, process.ErrorPrefix+"%v\n", err)
	switch {
	case errors.As(err, &misused):
		fmt.Fprintf(os.Stderr, "`mambamixer help %s` shows how %s is used.\n", misused.command.name, misused.command.name)
		return 2
	case errors.As(err, &wrongUsage):
		fmt.Fprintln(os.Stderr, "`mambamixer help` shows the commands and their flags.")
		return 2
	case errors.As(err, &interrupted), errors.Is(err, context.Canceled):
		return process.ExitInterrupted
	case errors.As(err, &locked):
		return process.ExitLocked
	}
	return 1
}
