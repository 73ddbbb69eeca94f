package vision_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
	"mambamixer/ssm"
)

// parameters counts those of a model for images of a size with 3 channels.
func parameters(t *testing.T, m vision.Model, side, classes int) int {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	g, store := NewGraph(b, "counted"), model.NewStore()
	y := m.Logits(store.RootScope(), Parameter(g, "x", shapes.Make(dtypes.Float32, 1, side, side, 3)), classes)
	if got, want := fmt.Sprint(y.Shape().Dimensions), fmt.Sprint([]int{1, classes}); got != want {
		t.Errorf("the logits have shape %s, want %s", got, want)
	}
	count := 0
	for _, size := range graphtest.Parameters(store) {
		count += size
	}
	return count
}

// TestPublishedSizes holds the models against the numbers of parameters of their authors' code with 1000 classes:
// torchvision's documentation for ResNet, timm's model list for the others.
func TestPublishedSizes(t *testing.T) {
	for name, test := range map[string]struct {
		model vision.Model
		want  int
	}{
		"resnet18":                 {vision.ResNet18(), 11_689_512},
		"resnet50":                 {vision.ResNet50(), 25_557_032},
		"convmixer768":             {vision.ConvMixer768(), 21_110_248},
		"mixer-b16":                {vision.MixerB16(), 59_880_472},
		"deit-s (no distillation)": {vision.DeiTS(), 22_050_664},
	} {
		if got := parameters(t, test.model, 224, 1000); got != test.want {
			t.Errorf("%s has %d parameters, published %d", name, got, test.want)
		}
	}
	for name, test := range map[string]struct {
		model vision.Model
		want  float64 // millions, in Table 2 of the MambaMixer paper
	}{
		"vim-t":    {vision.VimT(), 7},
		"vmamba-t": {vision.VMambaT(), 22},
	} {
		if got := float64(parameters(t, test.model, 224, 1000)) / 1e6; math.Abs(got-test.want) > 1 {
			t.Errorf("%s has %.2f million parameters, published %g", name, got, test.want)
		}
	}
}

// TestRivalsAreEqual: each rival has the parameters of ViM2 in that size, to 3 %.
func TestRivalsAreEqual(t *testing.T) {
	for name, rivals := range map[string][]vision.Rival{"nano": vision.Nano(), "micro": vision.Micro()} {
		variant, err := vim2.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		want := parameters(t, variant.Config, 32, 10)
		for _, rival := range rivals {
			got := parameters(t, rival.Model, 32, 10)
			if ratio := float64(got) / float64(want); math.Abs(ratio-1) > 0.03 {
				t.Errorf("%s %s has %d parameters, ViM2 %d", rival.Name, name, got, want)
			}
		}
	}
}

const batch, side, classes = 3, 8, 4

// small lists each model in a size that compiles and runs fast, with its number of parameters by formula.
func small() map[string]struct {
	model      vision.Model
	parameters int
} {
	const (
		w, p, grid = 8, 2, side / 2
		places     = grid * grid
		layers     = 2
	)
	linear := func(in, out int) int { return in*out + out }
	conv := func(size, in, out int) int { return size*size*in*out + 2*out } // and its batch norm
	embedding, head := linear(3*p*p, w), linear(w, classes)
	sequence := embedding + places*w + 2*w + 2*w + head // positions, class token, last norm
	scan := ssm.DefaultConfig()
	scan.StateSize, scan.DtRank = 4, 1
	const e, n = 2 * w, 4
	direction := (4*e + e) + (e*(1+2*n) + e + e + e*n + e)
	return map[string]struct {
		model      vision.Model
		parameters int
	}{
		"resnet": {vision.ResNet{Blocks: []int{1, 2}, Width: w},
			conv(3, 3, w) + 2*conv(3, w, w) + conv(3, w, 2*w) + conv(1, w, 2*w) + 3*conv(3, 2*w, 2*w) + linear(2*w, classes)},
		"bottleneck": {vision.ResNet{Blocks: []int{1}, Width: w, Bottleneck: true, LargeStem: true, DropPath: 0.1},
			conv(7, 3, w) + conv(1, w, w) + conv(3, w, w) + conv(1, w, 4*w) + conv(1, w, 4*w) + linear(4*w, classes)},
		"convmixer": {vision.ConvMixer{Patch: p, Width: w, Depth: layers, Kernel: 3},
			embedding + 2*w + layers*(9*w+w+2*w+linear(w, w)+2*w) + head},
		"mlpmixer": {vision.MLPMixer{ImageSize: side, Patch: p, Width: w, Depth: layers, TokenHidden: 5, ChannelHidden: 12},
			embedding + layers*(4*w+linear(places, 5)+linear(5, places)+linear(w, 12)+linear(12, w)) + 2*w + head},
		"vit": {vision.ViT{ImageSize: side, Patch: p, Width: w, Depth: layers, Heads: 2},
			sequence + layers*(4*w+4*linear(w, w)+linear(w, 4*w)+linear(4*w, w))},
		"vim": {vision.Vim{ImageSize: side, Patch: p, Width: w, Depth: layers, SSM: scan},
			sequence + layers*(2*w+w*2*e+e*w+2*direction)},
	}
}

// TestSizesByFormula holds the numbers of parameters against formulas.
func TestSizesByFormula(t *testing.T) {
	for name, test := range small() {
		if got := parameters(t, test.model, side, classes); got != test.parameters {
			t.Errorf("%s has %d parameters, want %d", name, got, test.parameters)
		}
	}
}

// TestTraining checks that in training gradients are finite and reach every variable. That of a key's bias is zero but
// for rounding: it adds the same to all scores of a query.
func TestTraining(t *testing.T) {
	for name, test := range small() {
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			var paths []string
			gradients := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
				g := x.Graph()
				store.SetTraining(g, true)
				y := test.model.Logits(scope, x, classes)
				paths = slices.Sorted(maps.Keys(graphtest.Parameters(store)))
				var values []*Node
				for _, path := range paths {
					values = append(values, store.GetVariable(path).NodeValue(g))
				}
				return Gradient(ReduceAllMean(Square(y)), values...)
			})(graphtest.Normal(12, batch, side, side, 3))
			graphtest.Gradients(t, paths, gradients, "/key/bias")
		})
	}
}

// TestOtherSizes: models that don't fix the size of the images classify larger ones with the same variables.
func TestOtherSizes(t *testing.T) {
	for name, test := range small() {
		if name == "mlpmixer" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			var counts []int
			for _, size := range []int{side, side + 3} {
				logits := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node { return test.model.Logits(scope, x, classes) })(graphtest.Normal(13, batch, size, size, 3))
				if len(logits) != batch*classes || math.IsNaN(float64(logits[0])) {
					t.Errorf("the logits are %v", logits)
				}
				counts = append(counts, len(graphtest.Parameters(store)))
			}
			if counts[0] != counts[1] {
				t.Errorf("there are %d variables, then %d", counts[0], counts[1])
			}
		})
	}
}

// TestPatchesWithoutPositions: with its positions set to zero, ViT can't tell the order of the patches, and Vim, which
// scans them, can.
func TestPatchesWithoutPositions(t *testing.T) {
	values := tensors.MustCopyFlatData[float32](graphtest.Normal(14, 1, side, side, 3))
	swapped := slices.Clone(values)
	const row = side * 3
	for i := range 2 * row { // the upper two rows of pixels, a row of patches, with the lower two
		other := (side-2)*row + i
		swapped[i], swapped[other] = swapped[other], swapped[i]
	}
	for name, blind := range map[string]bool{"vit": true, "vim": false} {
		store := model.NewStore()
		m := small()[name].model
		run := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node { return m.Logits(scope, x, classes) })
		run(tensors.FromFlatDataAndDimensions(values, 1, side, side, 3))
		position := store.GetVariable("/" + name + "/position")
		if err := position.SetValue(tensors.FromShape(position.Shape())); err != nil {
			t.Fatal(err)
		}
		before := run(tensors.FromFlatDataAndDimensions(values, 1, side, side, 3))
		after := run(tensors.FromFlatDataAndDimensions(swapped, 1, side, side, 3))
		difference := 0.0
		for i := range before {
			difference = max(difference, math.Abs(float64(before[i]-after[i])))
		}
		if (difference < 1e-5) != blind {
			t.Errorf("%s: other places of patches change the logits by %g; it should be blind to them: %v", name, difference, blind)
		}
	}
}

func TestValidate(t *testing.T) {
	for name, test := range small() {
		if err := test.model.Validate(side, side); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
	vim := vision.VimT()
	vim.SSM.StateSize = 0
	for want, err := range map[string]error{
		"resnet: width is 0":                         vision.ResNet{Blocks: []int{1}}.Validate(8, 8),
		"resnet: number of stages is 0":              vision.ResNet{Width: 1}.Validate(8, 8),
		"resnet: number of blocks in stage 2 is 0":   vision.ResNet{Width: 1, Blocks: []int{1, 0}}.Validate(8, 8),
		"resnet: drop_path is 1":                     vision.ResNet{Width: 1, Blocks: []int{1}, DropPath: 1}.Validate(8, 8),
		"convmixer: kernel is 0":                     vision.ConvMixer{Patch: 1, Width: 1, Depth: 1}.Validate(8, 8),
		"mlpmixer: image_size is 224 and the images": vision.MixerB16().Validate(192, 224),
		"vit: heads is 0 with width 0":               vision.ViT{}.Validate(8, 8),
		"vit: image height is 0":                     vision.DeiTS().Validate(0, 8),
		"vim: ssm state_size is 0":                   vim.Validate(8, 8),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q, want it to say %q", fmt.Sprint(err), want)
		}
	}
}

func TestJSON(t *testing.T) {
	for name, test := range small() {
		text, err := json.Marshal(test.model)
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(reflect.TypeOf(test.model))
		if err := json.Unmarshal(text, back.Interface()); err != nil || !reflect.DeepEqual(test.model, back.Elem().Interface()) {
			t.Errorf("%s comes back as %s, %v", name, text, err)
		}
	}
}
