package bench

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"

	"mambamixer/ssm"
)

//go:embed peers/peers.py
var peersScript string

// peer is a form of the scan in another library.
type peer struct{ name, form string } // as shown, and as peers.py calls it

var peers = []peer{
	{"JAX lax.scan [B, D, N]", "jax-scan-bdn"},
	{"JAX lax.scan [B, N, D]", "jax-scan-bnd"},
	{"JAX lax.associative_scan", "jax-associative"},
	{"PyTorch step loop (unbind)", "torch-loop"},
	{"PyTorch parallel scan", "torch-parallel"},
}

// PeerOptions say what Peers measures and with which Python.
type PeerOptions struct {
	Options
	Python  string        // interpreter whose environment has the libraries of peers/requirements.txt
	Limit   time.Duration // for each peer; what is not done then is skipped. 0 is 10 minutes
	Command string        // that was given, for the page
	Figure  string        // file for the cost curves; "": none
}

// Peers times the scan in this project and, one process after the other, in JAX and PyTorch, at the same shapes in the
// same run. It writes a page in Markdown to w, and what it is doing to progress.
func Peers(ctx context.Context, b compute.Backend, w, progress io.Writer, opts PeerOptions) error {
	opts.Options = opts.withDefaults()
	if opts.Limit == 0 {
		opts.Limit = 10 * time.Minute
	}
	if !hasKernels(b) {
		return fmt.Errorf("the page compares the fused kernels, which can't be had here: %w",
			ssm.Options{Method: ssm.Fused}.Unfit(b, dtypes.Float32))
	}
	page := &page{command: opts.Command, env: newEnv(b), date: time.Now(), versions: map[string]string{}}
	if err := page.measure(ctx, b, progress, opts); err != nil {
		return err
	}
	if opts.Figure != "" {
		page.figure = filepath.Base(opts.Figure)
		if err := page.drawCosts(opts.Figure); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, page.markdown())
	return err
}

// measure fills the page: first the scan here and in the peers, then the rest.
func (g *page) measure(ctx context.Context, b compute.Backend, progress io.Writer, opts PeerOptions) (err error) {
	fmt.Fprintln(progress, "this project")
	if g.times, err = timeMethods(ctx, b, opts.Options); err != nil {
		return err
	}
	for _, p := range peers {
		fmt.Fprintln(progress, p.name)
		if err := g.run(ctx, p, opts); err != nil {
			return err
		}
	}
	fmt.Fprintln(progress, "the fused kernels alone")
	if g.fused, err = measureFused(ctx, b, opts.Options, g.times); err != nil {
		return err
	}
	fmt.Fprintln(progress, "convolutions")
	if g.convs, err = measureConvs(ctx, b, opts.plan, g.fused.limits); err != nil {
		return err
	}
	fmt.Fprintln(progress, "a Mamba block")
	if g.blocks, err = measureBlocks(ctx, b, opts.plan); err != nil {
		return err
	}
	fmt.Fprintln(progress, "TSM2")
	if g.step, err = measureStep(ctx, b, opts.Options); err != nil {
		return err
	}
	if opts.Against == "" {
		g.times.skip("TSM2 against another commit; make bench-peers COMMIT=<hash> measures it.")
		return nil
	}
	fmt.Fprintln(progress, "TSM2 against another commit")
	g.against, err = measureAgainst(ctx, opts.Options)
	return err
}

// run times a peer in a process of its own. A peer that fails or is too slow leaves a note; an error ends the whole run.
func (g *page) run(ctx context.Context, p peer, opts PeerOptions) error {
	limited, stop := context.WithTimeout(ctx, opts.Limit)
	defer stop()
	shape := opts.plan.compared
	args := []string{"-", p.form, fmt.Sprint(shape.batch), fmt.Sprint(shape.channels), fmt.Sprint(shape.state)}
	for _, length := range opts.Lengths {
		args = append(args, fmt.Sprint(length))
	}
	command := exec.CommandContext(limited, opts.Python, args...)
	command.WaitDelay = 10 * time.Second
	command.Stdin = strings.NewReader(peersScript)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	failure := command.Run()
	if err := ctx.Err(); err != nil {
		return err
	}
	if errors.Is(failure, exec.ErrNotFound) || command.ProcessState == nil {
		return fmt.Errorf("the Python interpreter %q did not start: %w; `make bench-peers` makes an environment for it", opts.Python, failure)
	}
	if err := g.read(p, &out); err != nil {
		return err
	}
	if failure == nil {
		return nil
	}
	reason := fmt.Sprintf("it took more than %v", opts.Limit)
	if limited.Err() == nil {
		reason = fmt.Sprintf("its process ended with %q, last saying %q", failure, lastLine(complaints.String()))
	}
	g.times.skip("%s: %s; missing are %s.", p.name, reason, strings.Join(g.missing(p, opts.Lengths), ", "))
	return nil
}

// peerLine is one line of peers.py: versions, or a check, or a result.
type peerLine struct {
	Versions map[string]string `json:"versions"`
	Check    string            `json:"check"`
	Error    float64           `json:"error"`
	Length   int               `json:"length"`
	Pass     pass              `json:"pass"`
	Times    sample            `json:"ms"`
}

// read takes in what a peer printed. A last line that was cut off, as by the time limit, is left out.
func (g *page) read(p peer, out io.Reader) error {
	g.times.forms = append(g.times.forms, p.name)
	lines := bufio.NewReader(out)
	for {
		text, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		var line peerLine
		if err := json.Unmarshal(text, &line); err != nil {
			return fmt.Errorf("%s printed %q, which is no line of peers.py: %w", p.name, bytes.TrimSpace(text), err)
		}
		switch {
		case line.Versions != nil:
			for library, version := range line.Versions {
				g.versions[library] = version
			}
		case line.Check != "":
			g.checks = append(g.checks, check{p.name, line.Check, line.Error})
		case len(line.Times) > 0 && slices.Contains(passes, line.Pass):
			slices.Sort(line.Times)
			g.times.samples[cell{p.name, line.Length, line.Pass}] = line.Times
		default:
			return fmt.Errorf("%s printed %q, which is neither versions, a check nor a result", p.name, bytes.TrimSpace(text))
		}
	}
}

// missing names the results that a peer did not give.
func (g *page) missing(p peer, lengths []int) (missing []string) {
	for _, length := range lengths {
		for _, pass := range passes {
			if g.times.samples[cell{p.name, length, pass}] == nil {
				missing = append(missing, fmt.Sprintf("%s at L=%d", pass, length))
			}
		}
	}
	return missing
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
