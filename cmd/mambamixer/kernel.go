package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"mambamixer/internal/nearest"
	"mambamixer/notebooks/kernel"
)

func runKernel(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	prefix := f.String("prefix", "", "with install and uninstall: `folder` of a Jupyter installation, such as a virtual environment, in place of the user's own")
	root := f.String("root", "", "with run: `folder` of the module, for notebooks outside of it")
	path := f.list("path", "with run: `folder` in which Go, goimports and GoNB are looked for; may be repeated")
	env := f.list("env", "with run: `NAME=value` for cells, where the environment has no such name; may be repeated")
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	verbs := []string{"install", "run", "uninstall"}
	switch {
	case len(words) == 0:
		return &usageError{"kernel needs one of install, run, uninstall"}
	case words[0] == "run" && len(words) != 2:
		return &usageError{"kernel run needs the connection file that Jupyter gives it; to run a notebook use mambamixer notebook run"}
	case words[0] != "run" && len(words) != 1:
		return &usageError{fmt.Sprintf("kernel %s takes no %q", words[0], words[1])}
	}
	switch words[0] {
	case "install":
		return installKernel(*prefix)
	case "run":
		// An interrupt is for the running cell and does not end the kernel.
		ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM)
		defer stop()
		return kernel.Run(ctx, words[1], kernel.Where{Root: *root, Path: *path, Env: *env})
	case "uninstall":
		return uninstallKernel(*prefix)
	}
	return &usageError{fmt.Sprintf("kernel can't %q%s", words[0], nearest.Hint(words[0], verbs))}
}

func installKernel(prefix string) error {
	launcher, err := os.Executable()
	if err != nil {
		return err
	}
	setup, err := kernel.Find(".", kernel.Where{})
	if err != nil {
		return err
	}
	dir, err := kernel.Install(prefix, launcher, setup)
	if err != nil {
		return err
	}
	fmt.Printf("Jupyter now offers %q: %s\n", kernel.Title, dir)
	fmt.Printf("  its cells import the packages of %s\n", setup.Root)
	fmt.Printf("  compiled by %s, run by GoNB %s, %s\n", setup.Go, kernel.GoNB, setup.GoNB)
	if setup.Gopls == "" {
		fmt.Println("  names are not completed: gopls was not found (go install golang.org/x/tools/gopls@v0.23.0 brings it; then install the kernel again)")
	}
	return nil
}

func uninstallKernel(prefix string) error {
	dir, err := kernel.Uninstall(prefix)
	if err != nil {
		return err
	}
	if dir == "" {
		fmt.Println("The kernel is not installed there.")
		return nil
	}
	fmt.Printf("%s is gone.\n", dir)
	return nil
}
