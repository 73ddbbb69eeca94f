package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gomlx/compute"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/bench"
	"mambamixer/internal/backend"
	"mambamixer/internal/nearest"
)

// benchFlags are what the benchmarks can be told.
type benchFlags struct {
	bench.Options
	python, out, asked string
	limit              time.Duration
}

// benchmarks are what the bench command measures, by name.
var benchmarks = []struct {
	name, what string
	run        func(ctx context.Context, b compute.Backend, f benchFlags) error
}{
	{"scan", "the selective scan by method, forward and with gradients, at -lengths", printed(bench.Scan)},
	{"conv", "depthwise convolutions in the kernels and in the graph", printed(bench.Conv)},
	{"block", "the training step of a Mamba block", printed(bench.Block)},
	{"step", "the training step of TSM2 and the parts of it", printed(bench.Step)},
	{"peak", "the memory of the fused scan at the first of -lengths", printed(bench.Peak)},
	{"input", "how many pictures a second the input pipeline gives", printed(bench.Input)},
	{"vision", "ViM2 by -models, -batches and -sides, on random pictures", printed(bench.Vision)},
	{"vision-forward", "a forward pass of the first of -models, -batches and -sides, with its memory", printed(bench.VisionForward)},
	{"vision-training", "the same of a training step", printed(bench.VisionTraining)},
	{"throughput", "how many pictures a second each of -models takes", printed(bench.Throughput)},
	{"against", "training by turns with the program of another commit, -against", benchAgainst},
	{"peers", "the scan here, in JAX and in PyTorch", benchPeers},
}

// benchParts lists the benchmarks for the help.
func benchParts() string {
	text := "What can be measured, one or several:\n"
	for _, known := range benchmarks {
		text += fmt.Sprintf("  %-16s %s\n", known.name, known.what)
	}
	return text
}

// printed is a benchmark that prints on standard output.
func printed(run func(context.Context, compute.Backend, io.Writer, bench.Options) error) func(context.Context, compute.Backend, benchFlags) error {
	return func(ctx context.Context, b compute.Backend, f benchFlags) error {
		return run(ctx, b, os.Stdout, f.Options)
	}
}

func runBench(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	var told benchFlags
	lengths := f.String("lengths", "96,196,784,3136", "`lengths` at which scans are compared")
	models := f.String("models", "", "`sizes` of ViM2 for bench vision and throughput (default tiny,small,base)")
	batches := f.String("batches", "1,8", "`numbers` of pictures at a time for bench vision and throughput")
	sides := f.String("sides", "224,384,512,640,768,1024", "`sides` of pictures in pixels for bench vision; the first is throughput's, too")
	f.BoolVar(&told.Full, "full", false, "measure the associative scan at lengths over 1024 too (6.5 GB of memory at 3136)")
	f.StringVar(&told.python, "python", "python3", "`interpreter` for bench peers, with the libraries of experiments/bench/peers/requirements.txt")
	f.StringVar(&told.out, "o", "", "`file` for the page that bench peers writes; standard output if empty")
	f.DurationVar(&told.limit, "limit", 10*time.Minute, "most `time` that bench peers gives to each peer")
	f.StringVar(&told.Against, "against", "", "`file` of the mambamixer command of another commit, for bench against and peers; make bench-against builds it")
	data := f.dataFlag()
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	told.DataDirs = ltsf.SearchPath(*data)
	for _, list := range []struct {
		flag, text string
		numbers    *[]int
	}{{"lengths", *lengths, &told.Lengths}, {"batches", *batches, &told.Batches}, {"sides", *sides, &told.Sides}} {
		if *list.numbers, err = parseNumbers(list.flag, list.text); err != nil {
			return err
		}
	}
	told.Models = strings.FieldsFunc(*models, func(r rune) bool { return r == ',' || r == ' ' })
	if told.Self, err = os.Executable(); err != nil {
		return err
	}
	told.asked = asked()
	if told.Against != "" { // it lies in a folder of the moment
		told.asked = strings.ReplaceAll(told.asked, told.Against, filepath.Base(told.Against))
	}
	var names []string
	for _, known := range benchmarks {
		names = append(names, known.name)
	}
	if len(words) == 0 {
		return &usageError{"bench needs one of " + strings.Join(names, ", ")}
	}
	b, err := backend.Open()
	if err != nil {
		return err
	}
	for i, word := range words {
		if i > 0 {
			fmt.Println()
		}
		if err := benchmark(ctx, b, word, names, told); err != nil {
			return err
		}
	}
	return nil
}

func benchmark(ctx context.Context, b compute.Backend, name string, names []string, told benchFlags) error {
	for _, known := range benchmarks {
		if known.name == name {
			return known.run(ctx, b, told)
		}
	}
	return &usageError{fmt.Sprintf("there is no benchmark %q%s", name, nearest.Hint(name, names))}
}

func benchAgainst(ctx context.Context, _ compute.Backend, f benchFlags) error {
	if f.Against == "" {
		return &usageError{"bench against needs -against, the command of another commit; `make bench-against COMMIT=<hash>` builds it"}
	}
	return bench.Against(ctx, os.Stdout, f.Options)
}

// benchPeers writes the page only when it is whole, and the cost curves beside it.
func benchPeers(ctx context.Context, b compute.Backend, f benchFlags) error {
	var page bytes.Buffer
	opts := bench.PeerOptions{Options: f.Options, Python: f.python, Limit: f.limit, Command: f.asked}
	if f.out != "" {
		opts.Figure = filepath.Join(filepath.Dir(f.out), "cost-curves.svg")
	}
	if err := bench.Peers(ctx, b, &page, os.Stderr, opts); err != nil {
		return err
	}
	if f.out == "" {
		_, err := page.WriteTo(os.Stdout)
		return err
	}
	return os.WriteFile(f.out, page.Bytes(), 0o644)
}

func parseNumbers(flag, list string) (numbers []int, err error) {
	for word := range strings.SplitSeq(list, ",") {
		number, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || number < 1 {
			return nil, &usageError{fmt.Sprintf("-%s: %q is not a positive whole number; write for example -%s 96,784", flag, word, flag)}
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}
