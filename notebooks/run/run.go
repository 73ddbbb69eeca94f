package run

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/jupyter"
)

// Tags of cells; see the package.
const (
	MayFail = "raises-exception"
	Skipped = "skip-execution"
	Live    = "live"
)

// Kernel is a running kernel.
type Kernel interface {
	Done() <-chan struct{} // closed when it has ended
	Err() error            // why it ended, if not in order
	Kill()                 // it, and what it runs
}

// Options say how to run a notebook.
type Options struct {
	// Start starts a kernel in a folder that listens as a connection file says.
	Start func(dir, connectionFile string) (Kernel, error)
	// Limit is the longest time a cell may take.
	Limit time.Duration
	// Force, when closed, ends at once what the end of the context merely interrupts. May be nil.
	Force <-chan struct{}
	// Keep is how many bytes of a cell's output are kept; 0 stands for 1 MiB.
	Keep int
	// Grace is how long an interrupted cell may go on; 0 stands for 10 seconds.
	Grace time.Duration
}

// CellError is a cell that failed, or did not end.
type CellError struct {
	Number int // of the cell in the notebook, from 1
	ID     string
	Err    error
}

func (e *CellError) Error() string { return fmt.Sprintf("cell %d (id %s): %v", e.Number, e.ID, e.Err) }

// Unwrap gives the reason.
func (e *CellError) Unwrap() error { return e.Err }

// startLimit is how long a kernel may take to answer.
const startLimit = time.Minute

// Notebook runs the cells of n, which lies in folder dir, and puts what they show into it. After a [CellError] the cells
// before have their new outputs, that cell what it showed and why it failed, and those after it none.
func Notebook(ctx context.Context, n *ipynb.Notebook, dir string, options Options) error {
	if options.Keep == 0 {
		options.Keep = 1 << 20
	}
	if options.Grace == 0 {
		options.Grace = 10 * time.Second
	}
	s, err := open(ctx, dir, options)
	if err != nil {
		return err
	}
	defer s.close()
	kept := map[*ipynb.Cell][]ipynb.Output{}
	for _, cell := range n.Cells {
		if cell.Tagged(Skipped) {
			kept[cell] = cell.Outputs
		}
	}
	n.Clear()
	count := 0
	for i, cell := range n.Cells {
		if outputs, skipped := kept[cell]; skipped {
			cell.Outputs = outputs
			continue
		}
		if cell.Type != ipynb.Code || strings.TrimSpace(cell.Source) == "" {
			continue
		}
		count++
		cell.Count = count
		if err := s.run(ctx, cell); err != nil {
			return &CellError{i + 1, cell.ID, err}
		}
	}
	return nil
}

// session is a kernel and the connection to it.
type session struct {
	Options
	folder string // of the connection file
	kernel Kernel
	client *jupyter.Client
}

func open(ctx context.Context, dir string, options Options) (*session, error) {
	s := &session{Options: options}
	connection, err := jupyter.NewConnection()
	if err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "mambamixer-notebook-"); err != nil {
		return nil, fmt.Errorf("there is no place for the kernel's connection file: %w; set TMPDIR to a folder that you may write to", err)
	}
	file := filepath.Join(s.folder, "connection.json")
	if err = connection.Write(file); err == nil {
		s.kernel, err = options.Start(dir, file)
	}
	if err != nil {
		os.RemoveAll(s.folder)
		return nil, err
	}
	dialing, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	go func() {
		select {
		case <-s.kernel.Done():
			cancel()
		case <-dialing.Done():
		}
	}()
	if s.client, err = jupyter.Dial(dialing, connection); err != nil {
		s.close()
		if ctx.Err() != nil {
			return nil, &stopped{"it was interrupted before a cell ran", ctx.Err()}
		}
		if died := s.kernel.Err(); died != nil {
			err = fmt.Errorf("the kernel did not start: %w", died)
		}
		return nil, err
	}
	return s, nil
}

// close ends the kernel, if need be by force.
func (s *session) close() {
	if s.client != nil {
		s.client.Shutdown()
		select {
		case <-s.kernel.Done():
		case <-s.Force:
		case <-time.After(5 * time.Second):
		}
		s.client.Close()
	}
	s.kernel.Kill()
	<-s.kernel.Done()
	os.RemoveAll(s.folder)
}
