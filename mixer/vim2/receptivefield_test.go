package vim2_test

import (
	"maps"
	"path"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/mixer/vim2"
	"mambamixer/ssm"
)

// TestReceptiveFields: with one route along the rows and no convolution, the centre of stage 1 sees the pixels of its own
// patch and of those before it, and none after it. With routes from both ends it sees all.
func TestReceptiveFields(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	const side, patch = 8, 2
	for routes, ahead := range map[ssm.Routes]bool{ssm.OneWay: false, ssm.Cross: true} {
		c := smaller()
		c.Patch, c.Conv, c.Routes = patch, 0, routes
		exec, err := model.NewExec(b, model.NewStore(), func(scope *model.Scope, x *Node) *Node { return vim2.ReceptiveFields(scope, c, x)[0] })
		if err != nil {
			t.Fatal(err)
		}
		y, err := exec.Call1(images(1, side, side))
		if err != nil {
			t.Fatal(err)
		}
		field := tensors.MustCopyFlatData[float32](y)
		centre := side / patch / 2
		for i, value := range field {
			row, column := i/side/patch, i%side/patch
			before := row < centre || row == centre && column <= centre
			if seen := value > 0; seen != (before || ahead) {
				t.Errorf("%s: the pixel %d, %d counts %v", routes, i/side, i%side, value)
			}
		}
	}
}

// TestAverages holds the names against those of the weights.
func TestAverages(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	_, err = model.CallOnce(b, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
		out := vim2.Features(scope, small(), x)
		for weight := range out.Weights {
			names[path.Dir(weight)] = true
		}
		return out.Stem
	}, images(1, 8, 8))
	if err != nil {
		t.Fatal(err)
	}
	got := small().Averages()
	if want := []string{"stage1/token0", "stage1/token1", "stage1/channel0", "stage1/output", "stage2/token0", "stage2/channel0", "stage2/output"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if built := slices.Sorted(maps.Keys(names)); !slices.Equal(slices.Sorted(slices.Values(got)), built) {
		t.Errorf("got %q, but the model has %q", got, built)
	}
}
