package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"mambamixer/notebooks/jupyter"
)

// Run is the kernel that Jupyter starts, in the notebook's folder, with a connection file. It ends when Jupyter asks for
// it or ctx ends. When GoNB can't run here, every cell answers with the reason.
func Run(ctx context.Context, connectionFile string, where Where) error {
	connection, err := jupyter.ReadConnection(connectionFile)
	if err != nil {
		return err
	}
	err = runGoNB(ctx, connectionFile, where)
	var reason *cannotRun
	if !errors.As(err, &reason) {
		return err
	}
	fmt.Fprintln(os.Stderr, "The MambaMixer kernel can't run cells:", reason)
	return jupyter.Serve(ctx, connection, func(context.Context, string, *jupyter.Output) error { return reason })
}

// cannotRun is why no cell can run here.
type cannotRun struct{ error }

// startup is how long GoNB may take until it waits for cells. One that ends later ran cells before.
const startup = 10 * time.Second

func runGoNB(ctx context.Context, connectionFile string, where Where) error {
	dir, err := os.Getwd()
	if err != nil {
		return &cannotRun{fmt.Errorf("the notebook's folder is gone: %w", err)}
	}
	setup, err := Find(dir, where)
	if err != nil {
		return &cannotRun{err}
	}
	process, err := setup.Start(dir, connectionFile, false)
	if err != nil {
		return &cannotRun{err}
	}
	begin := time.Now()
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	for {
		select {
		case <-interrupts:
			process.Signal(os.Interrupt)
		case <-ctx.Done():
			process.Signal(syscall.SIGTERM)
			<-process.Done()
			return nil
		case <-process.Done():
			if err := process.Err(); err != nil && time.Since(begin) < startup {
				return &cannotRun{err}
			}
			return process.Err()
		}
	}
}
