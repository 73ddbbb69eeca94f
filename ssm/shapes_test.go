package ssm_test

import (
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/ssm"
)

// TestScanBadInputs: what does not fit is refused while the graph is built, in a sentence that names the
// argument, its shape and the shape that was wanted.
func TestScanBadInputs(t *testing.T) {
	b := openBackend(t, ssm.Auto)
	for _, c := range []struct {
		name   string
		change func(in *ssm.Inputs, opts *ssm.Options, g *Graph)
		want   []string
	}{
		{"U missing", func(in *ssm.Inputs, _ *ssm.Options, _ *Graph) { in.U = nil }, []string{"U is missing"}},
		{"C missing", func(in *ssm.Inputs, _ *ssm.Options, _ *Graph) { in.C = nil }, []string{"C is missing"}},
		{"U rank", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.U = zeros(g, 2, 6) },
			[]string{"U ", "[2, 6]", "[batch, length, channels]"}},
		{"A rank", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.A = zeros(g, 3) },
			[]string{"A ", "[3]", "[channels, state]"}},
		{"B rank", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.B = zeros(g, 6, 3) },
			[]string{"B ", "[6, 3]", "[batch, length, state]", "[batch, length, groups, state]"}},
		{"Delta length", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.Delta = zeros(g, 2, 5, 4) },
			[]string{"Delta ", "[2, 5, 4]", "[2 6 4]"}},
		{"A channels", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.A = zeros(g, 5, 3) },
			[]string{"A ", "[5, 3]", "[4 3]"}},
		{"B state", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.B = zeros(g, 2, 6, 7) },
			[]string{"B ", "[2, 6, 7]", "[2 6 3]"}},
		{"C groups", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.C = zeros(g, 2, 6, 2, 3) },
			[]string{"C ", "[2, 6, 2, 3]", "[2 6 3]"}},
		{"groups don't divide", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) {
			in.B, in.C = zeros(g, 2, 6, 3, 3), zeros(g, 2, 6, 3, 3)
		},
			[]string{"4 channels", "3 groups", "[2, 6, 4]", "[2, 6, 3, 3]"}},
		{"D", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.D = zeros(g, 3) },
			[]string{"D ", "[3]", "[4]"}},
		{"Z", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.Z = zeros(g, 2, 6, 1) },
			[]string{"Z ", "[2, 6, 1]", "[2 6 4]"}},
		{"DeltaBias", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.DeltaBias = zeros(g, 1) },
			[]string{"DeltaBias ", "[1]", "[4]"}},
		{"InitialState", func(in *ssm.Inputs, _ *ssm.Options, g *Graph) { in.InitialState = zeros(g, 2, 3, 4) },
			[]string{"InitialState ", "[2, 3, 4]", "[2 4 3]"}},
		{"dtype", func(in *ssm.Inputs, _ *ssm.Options, _ *Graph) { in.A = ConvertDType(in.A, dtypes.Float64) },
			[]string{"A ", "Float64", "Float32"}},
		{"method", func(_ *ssm.Inputs, opts *ssm.Options, _ *Graph) { opts.Method = "fastest" },
			[]string{`"fastest"`, "did you mean", "sequential"}},
		{"discretization", func(_ *ssm.Inputs, opts *ssm.Options, _ *Graph) { opts.Discretization = "bilinear" },
			[]string{`discretization "bilinear"`, "zoh"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewGraph(b, c.name)
			defer g.Finalize()
			steps := zeros(g, 2, 6, 4)
			projections := zeros(g, 2, 6, 3)
			in := ssm.Inputs{U: steps, Delta: steps, A: zeros(g, 4, 3), B: projections, C: projections}
			var opts ssm.Options
			c.change(&in, &opts, g)
			err := exceptions.TryCatch[error](func() { ssm.Scan(in, opts) })
			if err == nil {
				t.Fatal("the scan was built")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func zeros(g *Graph, dims ...int) *Node { return Zeros(g, shapes.Make(dtypes.Float32, dims...)) }
