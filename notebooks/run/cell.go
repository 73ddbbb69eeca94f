package run

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"mambamixer/notebooks/ipynb"
)

// run runs one cell. Its error is why no further cell may run.
func (s *session) run(ctx context.Context, cell *ipynb.Cell) error {
	record := &recorder{keep: s.Keep}
	id, err := s.client.Execute(cell.Source)
	if err == nil {
		err = s.follow(ctx, id, record)
	}
	if err != nil {
		record.fail("Stopped", err.Error())
	}
	cell.Outputs = record.finish()
	if err == nil && record.failure != nil && !cell.Tagged(MayFail) {
		return failed(cell.Outputs, record.failure)
	}
	return err
}

// failed words the failure of a cell. When a program ended with an exit code, the reason is the last that it printed.
func failed(outputs []ipynb.Output, failure *ipynb.Error) error {
	reason := plain(settle(failure.Value))
	for _, output := range outputs {
		if said := headline(output); said != "" {
			return fmt.Errorf("%s (%s)", said, reason)
		}
	}
	reason = compiled.ReplaceAllString(reason, "")
	if line := cellLine.FindStringSubmatch(plain(strings.Join(failure.Traceback, " "))); line != nil {
		reason = strings.ToLower(line[1]) + ": " + reason
	}
	return errors.New(reason)
}

var (
	compiled = regexp.MustCompile(`# gonb |\./main\.go:\d+:\d+: `) // the places of a compiler's errors in GoNB's program
	cellLine = regexp.MustCompile(`Cell\[\d+\]: (Line \d+)`)       // the place of the first one in the cell
)

// follow records what the kernel publishes for a cell until that has ended. It interrupts the cell at the end of ctx or
// of its time, and kills the kernel when that does not help. Both are an error.
func (s *session) follow(ctx context.Context, id string, record *recorder) error {
	limit := time.NewTimer(s.Limit)
	defer limit.Stop()
	var reason error                // of the interrupt
	var again, end <-chan time.Time // when to interrupt once more, for a cell that is still being compiled; when to kill
	interrupt := func(why error) {
		reason, again, end = why, time.After(0), time.After(s.Grace)
	}
	canceled := ctx.Done()
	for {
		select {
		case message := <-s.client.Published():
			if message.Parent.ID == id && record.take(message) {
				return reason
			}
		case <-s.client.Replies():
		case <-limit.C:
			if reason == nil {
				interrupt(fmt.Errorf("it ran longer than the limit of %v and was interrupted; -limit sets another", s.Limit))
			}
		case <-canceled:
			canceled = nil
			if reason == nil {
				interrupt(&stopped{"it was interrupted", ctx.Err()})
			}
		case <-again:
			if err := s.client.Interrupt(); err != nil {
				return fmt.Errorf("the kernel can't be interrupted: %w", err)
			}
			again = time.After(time.Second)
		case <-end:
			s.kernel.Kill()
			return &stopped{reason.Error() + "; as that did not end it, its kernel was killed", reason}
		case <-s.Force:
			s.kernel.Kill()
			return &stopped{"it was interrupted twice, so its kernel was killed", context.Canceled}
		case <-s.kernel.Done():
			if err := s.kernel.Err(); err != nil {
				return fmt.Errorf("the kernel ended while the cell ran: %w", err)
			}
			return errors.New("the kernel ended while the cell ran")
		}
	}
}

// stopped is a cell that was stopped from outside.
type stopped struct {
	what  string
	cause error
}

func (s *stopped) Error() string { return s.what }
func (s *stopped) Unwrap() error { return s.cause }
