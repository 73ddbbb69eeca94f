package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/gomlx/compute"

	"mambamixer/experiments/result"
	"mambamixer/plots"
)

// sweep is the fused scan over one of its sizes, the others as in plan.swept.
type sweep struct {
	axis  string
	sizes []int
	times map[pass][]sample // by size
}

// measureSweeps times the fused scan over B, D and N.
func measureSweeps(ctx context.Context, b compute.Backend, pl plan) ([]sweep, error) {
	sweeps := []sweep{{axis: "B", sizes: pl.batches}, {axis: "D", sizes: pl.channels}, {axis: "N", sizes: pl.states}}
	for i := range sweeps {
		w := &sweeps[i]
		w.times = map[pass][]sample{}
		for _, size := range w.sizes {
			d := pl.swept
			*map[string]*int{"B": &d.batch, "D": &d.channels, "N": &d.state}[w.axis] = size
			for _, p := range passes {
				s, err := timeScan(ctx, b, p, d, fusedOnly, false)
				if err != nil {
					return nil, fmt.Errorf("%s, %s: %w", d, p, err)
				}
				w.times[p] = append(w.times[p], s)
			}
		}
	}
	return sweeps, nil
}

// growth is the median time over sizes, as far as it was measured.
func growth(name string, sizes []int, times []sample) plots.Growth {
	g := plots.Growth{Name: name}
	for i, size := range sizes {
		if len(times[i]) > 0 {
			g.Size, g.Time = append(g.Size, float64(size)), append(g.Time, times[i].median())
		}
	}
	return g
}

func (f *fusedReport) sweepsTable() *result.Table {
	table := &result.Table{
		Title:   "Fused kernels over B, D and N; what is not varied is as in " + f.opts.plan.swept.String(),
		Columns: []result.Column{{Name: "size"}, {Name: "forward ms", Right: true}, {Name: "forward+backward ms", Right: true}},
	}
	var slopes []string
	for _, w := range f.sweeps {
		for i, size := range w.sizes {
			table.Add(fmt.Sprintf("%s=%d", w.axis, size), w.times[forward][i].String(), w.times[training][i].String())
		}
		slopes = append(slopes, fmt.Sprintf("%.2f and %.2f over %s",
			growth("", w.sizes, w.times[forward]).Slope(), growth("", w.sizes, w.times[training]).Slope(), w.axis))
	}
	table.Notes = []string{"Slopes of log time, forward and forward+backward: " + strings.Join(slopes, ", ") + "."}
	return table
}
