package ssm_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/ssm"
	"mambamixer/ssm/ssmref"
)

// crossTolerance is that of a scan in float32 behind two projections.
const crossTolerance = 1e-5

const crossBatch, crossHeight, crossWidth, crossChannels = 2, 3, 4, 5

// crossScan runs CrossScan on an image of the given size with the parameters of store, making those that are missing.
func crossScan(t *testing.T, store *model.Store, cfg ssm.Config, routes []ssm.Route, values []float64, height, width int) []float64 {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	exec, err := model.NewExec(b, store, func(scope *model.Scope, x *Node) *Node { return ssm.CrossScan(scope, cfg, routes, x, x) })
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	output, err := exec.Call1(tensors.FromFlatDataAndDimensions(single(values), crossBatch, height, width, crossChannels))
	if err != nil {
		t.Fatal(err)
	}
	return double(tensors.MustCopyFlatData[float32](output))
}

func single(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

func double(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

func crossInput() []float64 {
	values := ssmref.Normal(rand.New(rand.NewPCG(7, 8)), crossBatch*crossHeight*crossWidth*crossChannels)
	return double(single(values))
}

// TestCrossScanAgainstReference computes each route one by one in float64: places in the order visited, projections, scan,
// and the outputs put back at their places and summed.
func TestCrossScanAgainstReference(t *testing.T) {
	cfg := ssm.DefaultConfig()
	cfg.StateSize, cfg.DtRank = 3, 2
	x := crossInput()
	for _, set := range ssm.RouteSets() {
		t.Run(string(set), func(t *testing.T) {
			store := model.NewStore()
			got := crossScan(t, store, cfg, set.List(), x, crossHeight, crossWidth)
			want := make([]float64, len(x))
			for _, route := range set.List() {
				for i, v := range referenceRoute(store, cfg, route, x) {
					want[i] += v
				}
			}
			mustBeClose(t, "the sum over routes", got, want, crossTolerance)
		})
	}
}

// TestCrossScanMean: the mean over two routes is half of their sum.
func TestCrossScanMean(t *testing.T) {
	cfg, store, x := ssm.DefaultConfig(), model.NewStore(), crossInput()
	sum := crossScan(t, store, cfg, ssm.TwoWay.List(), x, crossHeight, crossWidth)
	cfg.MeanDirections = true
	mean := crossScan(t, store, cfg, ssm.TwoWay.List(), x, crossHeight, crossWidth)
	mustBeClose(t, "the mean", mean, combine(0.5, sum, 0, sum), crossTolerance)
}

// referenceRoute is one route of CrossScan, in the image's order.
func referenceRoute(store *model.Store, cfg ssm.Config, route ssm.Route, x []float64) []float64 {
	const e, length = crossChannels, crossHeight * crossWidth
	n, rank := cfg.StateSize, cfg.DtRank
	param := func(name string) []float64 {
		return double(tensors.MustCopyFlatData[float32](store.GetVariable("/" + route.String() + "/" + name).MustValue()))
	}
	product := func(rows, weights []float64, in, out int) []float64 {
		y := make([]float64, len(rows)/in*out)
		for i := range y {
			for k := range in {
				y[i] += rows[i/out*in+k] * weights[k*out+i%out]
			}
		}
		return y
	}
	columns := func(rows []float64, of, from, to int) (part []float64) {
		for row := range slices.Chunk(rows, of) {
			part = append(part, row[from:to]...)
		}
		return part
	}
	in := ssmref.Inputs{Dims: ssmref.Dims{Batch: crossBatch, Length: length, Channels: e, State: n, Groups: 1}}
	places := route.Places(crossHeight, crossWidth)
	for image := range slices.Chunk(x, length*e) {
		for _, place := range places {
			in.U = append(in.U, image[place*e:][:e]...)
		}
	}
	of := rank + 2*n
	selection := product(in.U, param("selection/weights"), e, of)
	in.Delta = product(columns(selection, of, 0, rank), param("dt/weights"), rank, e)
	in.B, in.C = columns(selection, of, rank, rank+n), columns(selection, of, rank+n, of)
	for _, v := range param("A_log") {
		in.A = append(in.A, -math.Exp(v))
	}
	in.D, in.DeltaBias = param("D"), param("dt/bias")
	y, _ := ssmref.Forward(in, ssmref.Options{DeltaSoftplus: true})

	out := make([]float64, len(x))
	for i, v := range y {
		b, at, channel := i/(length*e), i/e%length, i%e
		out[(b*length+places[at])*e+channel] = v
	}
	return out
}

// TestCrossScanTurns: the image turned by 90°, scanned along the turned routes with the same parameters, gives the turned
// output.
func TestCrossScanTurns(t *testing.T) {
	cfg := ssm.DefaultConfig()
	cfg.StateSize = 2
	x := crossInput()
	for _, set := range []ssm.Routes{ssm.Cross, ssm.Corners, ssm.Diagonals} {
		t.Run(string(set), func(t *testing.T) {
			store, turned := model.NewStore(), model.NewStore()
			want := turn(crossScan(t, store, cfg, set.List(), x, crossHeight, crossWidth))
			var routes []ssm.Route
			for _, route := range set.List() {
				routes = append(routes, route.Turned())
				for v := range store.IterVariables() {
					if rest, ok := strings.CutPrefix(v.Path(), "/"+route.String()+"/"); ok {
						value, err := v.MustValue().LocalClone()
						if err != nil {
							t.Fatal(err)
						}
						turned.VariableWithValue("/"+route.Turned().String()+"/"+rest, value)
					}
				}
			}
			got := crossScan(t, turned, cfg, routes, turn(x), crossWidth, crossHeight)
			mustBeClose(t, "the scan of the turned image", got, want, crossTolerance)
		})
	}
}

// turn turns images [B, H, W, C] by 90° against the clock: [B, W, H, C].
func turn(x []float64) (turned []float64) {
	for image := range slices.Chunk(x, crossHeight*crossWidth*crossChannels) {
		for i := range crossWidth {
			for j := range crossHeight {
				from := (j*crossWidth + crossWidth - 1 - i) * crossChannels
				turned = append(turned, image[from:from+crossChannels]...)
			}
		}
	}
	return turned
}
