package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strings"

	"github.com/gomlx/compute"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// peakLine is what Peak prints.
const peakLine = "peak memory %d bytes\n"

// Peak runs the fused scan forward and backward at the first of Options.Lengths and prints the highest resident memory
// that this process has had. It says something only of a process that does nothing else.
func Peak(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	opts = opts.withDefaults()
	if _, err := timeScan(ctx, b, training, opts.at(opts.Lengths[0]), fusedOnly, false); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, peakLine, peakMemory())
	return err
}

// peakMemory is that of this program alone: what getrusage says begins with the memory of the process that started it.
func peakMemory() (bytes int64) {
	status, _ := os.ReadFile("/proc/self/status")
	if _, value, found := strings.Cut(string(status), "VmHWM:"); found {
		if n, _ := fmt.Sscanf(value, "%d kB", &bytes); n == 1 {
			return 1024 * bytes
		}
	}
	return train.PeakRSS()
}

// measureMemory runs Peak in a new process of Options.Self for each length. Without it nothing is measured.
func measureMemory(ctx context.Context, opts Options) (map[int]int64, error) {
	if opts.Self == "" {
		return nil, nil
	}
	peaks := map[int]int64{}
	for _, length := range opts.plan.memory {
		said, err := child(ctx, opts.Self, "bench", "peak", "-lengths", fmt.Sprint(length))
		if err != nil {
			return nil, err
		}
		var peak int64
		if n, _ := fmt.Sscanf(string(said), peakLine, &peak); n != 1 {
			return nil, fmt.Errorf("bench peak printed %q instead of its peak memory", said)
		}
		peaks[length] = peak
	}
	return peaks, nil
}

// child runs a program and gives what it printed; its error ends with the last line of the program's complaint.
func child(ctx context.Context, program string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, program, args...)
	said, err := command.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w, saying %q", err, lastLine(string(exit.Stderr)))
		}
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	return said, nil
}

// peak is the highest resident memory at a length, in GB; NaN where it was not measured.
func (f *fusedReport) peak(length int) float64 {
	if bytes, measured := f.memory[length]; measured {
		return float64(bytes) / 1e9
	}
	return math.NaN()
}

func (f *fusedReport) memoryTable() *result.Table {
	least := f.opts.plan.memory[0]
	table := &result.Table{
		Title:   "Peak resident memory of a new process that does nothing but time the fused forward+backward pass",
		Columns: []result.Column{{Name: "L", Right: true}, {Name: "GB", Right: true}, {Name: fmt.Sprintf("GB over L=%d", least), Right: true}, {Name: "kB per step of that", Right: true}},
	}
	for _, length := range f.opts.plan.memory {
		over := f.peak(length) - f.peak(least)
		table.Add(fmt.Sprint(length), number(f.peak(length)), number(over), number(1e6*over/float64(length-least)))
	}
	return table
}
