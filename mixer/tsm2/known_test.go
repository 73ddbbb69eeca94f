package tsm2_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/tsm2"
)

// Sizes of what is known: of variates, of time steps, and how many of these.
const static, future, steps = 3, 4, history + horizon

// knowing returns the model with what is known, which is drawn from a seed, as a function of x.
func knowing(t *testing.T, store *model.Store, c tsm2.Config, s, z *tensors.Tensor, of func(out tsm2.Outputs) *Node) func(x *tensors.Tensor) []float32 {
	t.Helper()
	return graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
		var known tsm2.Known
		if s != nil {
			known.Static = ConstTensor(x.Graph(), s)
		}
		if z != nil {
			known.Future = ConstTensor(x.Graph(), z)
		}
		return of(tsm2.ForecastKnowing(scope, c, x, known, horizon))
	})
}

func prediction(out tsm2.Outputs) *Node { return out.Prediction }

// The patches are those of the history, of what is known of time steps, and of what is known of variates, in this order.
func TestKnownIsAppended(t *testing.T) {
	c := linear()
	c.InstanceNorm, c.PatchLength, c.PatchStride = tsm2.NoNorm, history, history
	x, s, z := input(11), graphtest.Normal(12, batch, variates, static), graphtest.Normal(13, batch, variates, steps, future)
	store := model.NewStore()
	got := knowing(t, store, c, s, z, func(out tsm2.Outputs) *Node { return out.Patches })(x)
	weights := func(name string) []float32 {
		return tensors.MustCopyFlatData[float32](store.GetVariable("/tsm2/" + name).MustValue())
	}
	values := tensors.MustCopyFlatData[float32](x)
	// rows times the weights of a linear map, plus its bias.
	linear := func(name string, row []float32) []float32 {
		w, out := weights(name+"/weights"), weights(name+"/bias")
		for i, v := range row {
			for j := range out {
				out[j] += v * w[i*len(out)+j]
			}
		}
		return out
	}
	flatS, flatZ := tensors.MustCopyFlatData[float32](s), tensors.MustCopyFlatData[float32](z)
	for b := range batch {
		for m := range variates {
			var want []float32
			for l := range history {
				want = append(want, values[(b*history+l)*variates+m])
			}
			row := b*variates + m
			want = append(want, linear("future", flatZ[row*steps*future:(row+1)*steps*future])...)
			want = append(want, linear("static", flatS[row*static:(row+1)*static])...)
			for i, w := range want {
				if math.Abs(float64(got[row*len(want)+i]-w)) > 1e-5 {
					t.Fatalf("window %d, variate %d, step %d is %v, want %v", b, m, i, got[row*len(want)+i], w)
				}
			}
		}
	}
}

// What is known changes the forecast; of no use would it be else.
func TestKnownCounts(t *testing.T) {
	c := small()
	x := input(21)
	for _, test := range []struct {
		name string
		s, z [2]*tensors.Tensor
	}{
		{"static", [2]*tensors.Tensor{graphtest.Normal(22, batch, variates, static), graphtest.Normal(23, batch, variates, static)}, [2]*tensors.Tensor{}},
		{"future", [2]*tensors.Tensor{}, [2]*tensors.Tensor{graphtest.Normal(24, batch, variates, steps, future), graphtest.Normal(25, batch, variates, steps, future)}},
	} {
		store := model.NewStore()
		a := knowing(t, store, c, test.s[0], test.z[0], prediction)(x)
		b := knowing(t, store, c, test.s[1], test.z[1], prediction)(x)
		if slices.Equal(a, b) {
			t.Errorf("the forecast is the same whatever the %s information", test.name)
		}
	}
}

// A shuffled order of the variates is the model's own affair: with weights that don't mix variates the forecast stays.
func TestKnownFollowsTheOrder(t *testing.T) {
	plain := linear()
	shuffled := plain
	shuffled.ShuffleVariates = 3
	x, s, z := input(31), graphtest.Normal(32, batch, variates, static), graphtest.Normal(33, batch, variates, steps, future)
	store := model.NewStore()
	want := knowing(t, store, plain, s, z, prediction)(x)
	got := knowing(t, store, shuffled, s, z, prediction)(x)
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-5 {
			t.Fatalf("value %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// Variables by what is known, and by the kind of the channel mixers.
func TestKnownVariables(t *testing.T) {
	s, z := graphtest.Normal(41, batch, variates, static), graphtest.Normal(42, batch, variates, steps, future)
	for _, test := range []struct {
		name   string
		change func(c *tsm2.Config)
		s, z   *tensors.Tensor
		want   []string
	}{
		{"none", func(*tsm2.Config) {}, nil, nil, nil},
		{"static", func(*tsm2.Config) {}, s, nil, []string{"static/bias", "static/weights"}},
		{"no channel mixer", func(c *tsm2.Config) { c.ChannelMixer = mixer.None }, nil, z, []string{"future/bias", "future/weights"}},
		{"an MLP along variates", func(c *tsm2.Config) { c.ChannelMixer, c.FutureMixing = mixer.MLP, tsm2.FutureVariates }, nil, z, []string{"future/bias",
			"future/mixer/hidden/bias", "future/mixer/hidden/weights", "future/mixer/out/bias", "future/mixer/out/weights", "future/weights"}},
		{"an MLP", func(c *tsm2.Config) { c.ChannelMixer = mixer.MLP }, nil, z, []string{"future/bias", "future/mixer/hidden/bias",
			"future/mixer/hidden/weights", "future/mixer/out/bias", "future/mixer/out/weights", "future/weights"}},
	} {
		c := small()
		test.change(&c)
		store := model.NewStore()
		knowing(t, store, c, test.s, test.z, prediction)(input(43))
		var got []string
		for path := range graphtest.Parameters(store) {
			if name := strings.TrimPrefix(path, "/tsm2/"); strings.HasPrefix(name, "static") || strings.HasPrefix(name, "future") {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: variables %v, want %v", test.name, got, test.want)
		}
	}
}

// Along variates, what is known of one variate reaches the forecast of another even without the model's own channel mixers; along
// features it doesn't.
func TestFutureMixing(t *testing.T) {
	for mixing, reaches := range map[tsm2.FutureMixing]bool{tsm2.FutureFeatures: false, tsm2.FutureVariates: true} {
		c := small()
		c.FutureMixing = mixing
		x := input(51)
		z := tensors.MustCopyFlatData[float32](graphtest.Normal(52, batch, variates, steps, future))
		store := model.NewStore()
		patches := func(z []float32) []float32 {
			return knowing(t, store, c, nil, tensors.FromFlatDataAndDimensions(slices.Clone(z), batch, variates, steps, future), func(out tsm2.Outputs) *Node { return out.Patches })(x)
		}
		before := patches(z)
		for i := range steps * future { // of the first variate
			z[i] += 1
		}
		after := patches(z)
		second := len(before) / batch / variates // the patches of the second variate begin here
		if changed := !slices.Equal(before[second:2*second], after[second:2*second]); changed != reaches {
			t.Errorf("%s: what is known of the first variate changes the second one's patches: %v", mixing, changed)
		}
		if slices.Equal(before[:second], after[:second]) {
			t.Errorf("%s: what is known of the first variate changes nothing", mixing)
		}
	}
}

func TestKnownShapes(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		s, z *tensors.Tensor
		says string
	}{
		{graphtest.Normal(1, batch, variates+1, static), nil, "the static information has the shape [2 4 3]: it must be [B, M, C_S] with B = 2 and M = 3"},
		{nil, graphtest.Normal(1, batch, steps, future), "the future information has the shape"},
	} {
		func() {
			defer func() {
				if err := fmt.Sprint(recover()); !strings.Contains(err, test.says) {
					t.Errorf("panic %q, want %q", err, test.says)
				}
			}()
			g := NewGraph(b, "shapes")
			var known tsm2.Known
			if test.s != nil {
				known.Static = ConstTensor(g, test.s)
			}
			if test.z != nil {
				known.Future = ConstTensor(g, test.z)
			}
			tsm2.ForecastKnowing(model.NewStore().RootScope(), small(), ConstTensor(g, input(1)), known, horizon)
		}()
	}
}
