package maskrcnn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
)

// randomBoxes are inside a square of a side, not empty.
func randomBoxes(rng *rand.Rand, n int, side float64) [][4]float64 {
	list := make([][4]float64, n)
	for i := range list {
		x0, y0 := rng.Float64()*side*0.8, rng.Float64()*side*0.8
		list[i] = [4]float64{x0, y0, x0 + 1 + rng.Float64()*(side-x0-1), y0 + 1 + rng.Float64()*(side-y0-1)}
	}
	return list
}

// tensor is [1, n, 4].
func tensor(boxes [][4]float64) *tensors.Tensor {
	var flat []float32
	for _, b := range boxes {
		for _, v := range b {
			flat = append(flat, float32(v))
		}
	}
	return tensors.FromFlatDataAndDimensions(flat, 1, len(boxes), 4)
}

func iou(a, b [4]float64) float64 {
	w, h := min(a[2], b[2])-max(a[0], b[0]), min(a[3], b[3])-max(a[1], b[1])
	if w <= 0 || h <= 0 {
		return 0
	}
	size := func(b [4]float64) float64 { return (b[2] - b[0]) * (b[3] - b[1]) }
	return w * h / (size(a) + size(b) - w*h)
}

// TestSuppress: what stays is what going through the boxes one by one leaves.
func TestSuppress(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 60
	run := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, boxes *Node) *Node { return suppress(boxes, 0.3) })
	for range 20 {
		boxes := randomBoxes(rng, n, 40)
		want := make([]float32, n)
		for i := range boxes {
			want[i] = 1
			for j := range i {
				if want[j] == 1 && iou(boxes[i], boxes[j]) > 0.3 {
					want[i] = 0
				}
			}
		}
		if got := run(tensor(boxes)); !slices.Equal(got, want) {
			t.Fatalf("what stays: %v, want %v", got, want)
		}
	}
}

// TestBoxes: overlaps by hand, and moving boxes as encode says brings them to their targets, inside the picture.
func TestBoxes(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	boxes := append(randomBoxes(rng, 12, 50), [4]float64{})
	for i, got := range graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node { return overlaps(x, x) })(tensor(boxes)) {
		if want := iou(boxes[i/13], boxes[i%13]); math.Abs(float64(got)-want) > 1e-5 {
			t.Errorf("boxes %d and %d overlap by %v, want %v", i/13, i%13, got, want)
		}
	}
	moved := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node {
		from, to := SliceAxis(x, 1, AxisRange(0, 6)), SliceAxis(x, 1, AxisRange(6, 12))
		return decode(from, encode(from, to), 30, 40)
	})(tensor(boxes))
	for i, got := range moved {
		if want := min(boxes[6+i/4][i%4], []float64{40, 30}[i%2]); math.Abs(float64(got)-want) > 1e-3 {
			t.Errorf("side %d of box %d is at %v, want %v", i%4, i/4, got, want)
		}
	}
}

// TestAlign holds cells against a program that goes through them point by point, on maps of two sizes.
func TestAlign(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	const size, width, finest = 3, 2, 10
	type level struct{ h, w, stride int }
	levels := []level{{12, 16, 4}, {6, 8, 8}}
	boxes := append(randomBoxes(rng, 10, 48), [4]float64{60, 44, 64, 48}, [4]float64{0, 0, 64, 48}, [4]float64{0, 0, 2, 3})
	values := make([][]float32, 2)
	for i, l := range levels {
		for range l.h * l.w * width {
			values[i] = append(values[i], rng.Float32())
		}
	}
	at := func(l level, values []float32, y, x float64, c int) float64 {
		y, x = min(max(y-0.5, 0), float64(l.h-1)), min(max(x-0.5, 0), float64(l.w-1))
		y0, x0 := int(y), int(x)
		y1, x1 := min(y0+1, l.h-1), min(x0+1, l.w-1)
		v := func(y, x int) float64 { return float64(values[(y*l.w+x)*width+c]) }
		fy, fx := y-float64(y0), x-float64(x0)
		return (1-fy)*((1-fx)*v(y0, x0)+fx*v(y0, x1)) + fy*((1-fx)*v(y1, x0)+fx*v(y1, x1))
	}
	var want []float32
	used := [2]int{}
	for _, b := range boxes {
		i := 0
		if math.Sqrt((b[2]-b[0])*(b[3]-b[1])) >= 2*finest {
			i = 1
		}
		used[i]++
		l := levels[i]
		for cy := range size {
			for cx := range size {
				for c := range width {
					sum := 0.0
					for p := range 4 {
						y := (b[1] + (float64(2*cy+p/2)+0.5)/(2*size)*(b[3]-b[1])) / float64(l.stride)
						x := (b[0] + (float64(2*cx+p%2)+0.5)/(2*size)*(b[2]-b[0])) / float64(l.stride)
						sum += at(l, values[i], y, x, c) / 4
					}
					want = append(want, float32(sum))
				}
			}
		}
	}
	if used[0] < 2 || used[1] < 2 {
		t.Fatalf("the maps are used by %v boxes", used)
	}
	got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node {
		m := maps{stride: []int{4, 8}}
		for i, l := range levels {
			m.levels = append(m.levels, Reshape(Const(x.Graph(), values[i]), 1, l.h, l.w, width))
		}
		return m.align(x, size, finest)
	})(tensor(boxes))
	graphtest.Near(t, got, want, 1e-5)
}

// TestSample: at most the share that holds comes first, then others, none twice, and what is neither never counts.
func TestSample(t *testing.T) {
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	run := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		store.SetTraining(x.Graph(), true)
		at, held, counts := sample(scope, above(x, 0.5), below(x, -0.5), 8, 0.5)
		return []*Node{ConvertDType(at, dtypes.Float32), held, counts}
	})
	for _, test := range []struct{ holds, empty, neither, wantHeld, wantCounts int }{{20, 20, 5, 4, 8}, {2, 20, 5, 2, 8}, {20, 1, 5, 4, 5}, {0, 3, 30, 0, 3}, {3, 0, 30, 3, 3}} {
		var kinds []float32
		for kind, n := range map[float32]int{1: test.holds, -1: test.empty, 0: test.neither} {
			kinds = append(kinds, slices.Repeat([]float32{kind}, n)...)
		}
		drawn := map[float32]bool{}
		for range 30 {
			out := run(tensors.FromFlatDataAndDimensions(kinds, 1, len(kinds)))
			held, counts := 0, 0
			for i := range 8 {
				kind := kinds[int(out[0][i])]
				if out[1][i] == 1 {
					held++
				}
				if out[2][i] == 1 {
					counts++
					drawn[out[0][i]] = true
				}
				if (out[1][i] == 1) != (kind == 1 && out[2][i] == 1) || out[2][i] == 1 && kind == 0 || i > 0 && out[1][i] > out[1][i-1] {
					t.Fatalf("%+v: sample %d is of kind %v, held %v, counts %v", test, i, kind, out[1][i], out[2][i])
				}
			}
			if held != test.wantHeld || counts != test.wantCounts {
				t.Fatalf("%+v: %d held, %d count", test, held, counts)
			}
		}
		if test.holds == 20 && test.empty == 20 && len(drawn) < 30 {
			t.Errorf("in 30 samples only %d different ones", len(drawn))
		}
	}
}

// TestReadMasks: on its own box an object's mask is itself, half a box further it is half of it, and elsewhere nothing.
func TestReadMasks(t *testing.T) {
	const grid = 4
	got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, boxes *Node) *Node {
		g := boxes.Graph()
		masks := Const(g, [][][][]float32{{{{0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}, {{1, 0, 0, 0}, {1, 1, 0, 0}, {1, 1, 1, 0}, {1, 1, 1, 1}}}})
		own := Const(g, [][][]float32{{{10, 20, 18, 28}, {10, 20, 18, 28}, {10, 20, 18, 28}}})
		return readMasks(masks, Const(g, [][]int32{{1, 1, 1}}), own, boxes)
	})(tensor([][4]float64{{10, 20, 18, 28}, {14, 20, 22, 28}, {40, 40, 48, 48}}))
	triangle := func(y, x int) float32 {
		if y, x = y/7, x/7; x < grid && x <= y {
			return 1
		}
		return 0
	}
	for y := range maskSide {
		for x := range maskSide {
			at := y*maskSide + x
			for box, want := range []float32{triangle(y, x), triangle(y, x+14), 0} {
				if v := got[box*maskSide*maskSide+at]; v != want {
					t.Fatalf("box %d: point %d, %d is %v, want %v", box, y, x, v, want)
				}
			}
		}
	}
}

// TestDouble: each place makes four, as many as the larger map has.
func TestDouble(t *testing.T) {
	got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node { return double(x, 3, 4) })(
		tensors.FromFlatDataAndDimensions([]float32{1, 2, 3, 4}, 1, 2, 2, 1))
	if want := []float32{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
