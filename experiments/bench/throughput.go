package bench

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/gomlx/compute"

	"mambamixer/experiments/result"
	"mambamixer/mixer/vim2"
)

// Throughput measures how many pictures a second each of Options.Models takes, forward and in training steps, in
// float32 and bfloat16, for each of Options.Batches, at the first of Options.Sides. What can't be run, as a batch that
// doesn't fit into a GPU's memory, is left out by name.
func Throughput(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	opts = opts.withDefaults()
	variants, err := opts.variants()
	if err != nil {
		return err
	}
	table, err := throughputTable(ctx, b, variants, opts)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s; milliseconds, median [range]\n\n%s", newEnv(b).Summary(), table.Text())
	return err
}

func throughputTable(ctx context.Context, b compute.Backend, variants []vim2.Variant, opts Options) (*result.Table, error) {
	table := &result.Table{
		Title: fmt.Sprintf("Pictures of %d x %d pixels", opts.Sides[0], opts.Sides[0]),
		Columns: []result.Column{{Name: "model"}, {Name: "numbers"}, {Name: "batch", Right: true}, {Name: "forward ms", Right: true},
			{Name: "pictures/s", Right: true}, {Name: "training step ms", Right: true}, {Name: "pictures/s", Right: true}},
	}
	for _, variant := range variants {
		for _, kind := range []string{"float32", "bfloat16"} {
			variant.Config.BFloat16 = kind == "bfloat16"
			for _, batch := range opts.Batches {
				cells := []string{"ViM2-" + variant.Name, kind, fmt.Sprint(batch)}
				for _, p := range passes {
					row := visionRow{batch: batch, side: opts.Sides[0], pass: p}
					var err error
					if row.Times, err = timeVision(ctx, b, p, variant.Config, batch, row.side); ctx.Err() != nil {
						return nil, ctx.Err()
					}
					if err != nil {
						reason, _, _ := strings.Cut(err.Error(), "\n")
						table.Notes = append(table.Notes, fmt.Sprintf("ViM2-%s, %s, batch %d, %s: %s", variant.Name, kind, batch, p, reason))
						cells = append(cells, "-", "-")
						continue
					}
					cells = append(cells, row.Times.String(), number(row.rate()))
				}
				table.Add(cells...)
			}
		}
	}
	return table, nil
}
