package vim2

import (
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
	"mambamixer/ssm"
)

// motion is a way to turn images, and their routes with them.
type motion struct {
	name      string
	sets      []ssm.Routes                    // whose routes, turned, are those of the same set
	exchanges bool                            // height and width
	from      func(i, j, h, w int) (int, int) // where in an image of h x w places the value at row i and column j comes from
	route     func(route ssm.Route) ssm.Route // the route that visits the places, turned, in the same order
}

// motions are the two that do not lead out of every set of routes, as a quarter turn does.
var motions = []motion{
	{
		name: "half turn", sets: []ssm.Routes{ssm.Cross, ssm.Corners, ssm.Diagonals},
		from:  func(i, j, h, w int) (int, int) { return h - 1 - i, w - 1 - j },
		route: func(r ssm.Route) ssm.Route { return r.Turned().Turned() },
	},
	{
		name: "transposition", sets: []ssm.Routes{ssm.Cross}, exchanges: true,
		from: func(i, j, _, _ int) (int, int) { return j, i },
		route: func(r ssm.Route) ssm.Route {
			return ssm.Route{Order: map[ssm.Order]ssm.Order{ssm.Rows: ssm.Columns, ssm.Columns: ssm.Rows}[r.Order], From: r.From}
		},
	},
}

// of turns images [B, h, w, channels].
func (m motion) of(values []float32, h, w, channels int) (turned []float32) {
	height, width := m.size(h, w)
	for image := range slices.Chunk(values, h*w*channels) {
		for i := range height {
			for j := range width {
				row, column := m.from(i, j, h, w)
				turned = append(turned, image[(row*w+column)*channels:][:channels]...)
			}
		}
	}
	return turned
}

// size is that of a turned image.
func (m motion) size(h, w int) (height, width int) {
	if m.exchanges {
		return w, h
	}
	return h, w
}

// parameters are those of a token mixer with a turned kernel and each route's for the turned route.
func (m motion) parameters(t *testing.T, c Config, store *model.Store) *model.Store {
	t.Helper()
	turned := model.NewStore()
	for v := range store.IterVariables() {
		path := v.Path()
		value, err := v.MustValue().LocalClone()
		if err != nil {
			t.Fatal(err)
		}
		if dims := value.Shape().Dimensions; path == "/conv/kernel" {
			value = tensors.FromFlatDataAndDimensions(m.of(tensors.MustCopyFlatData[float32](value), c.Conv, c.Conv, dims[len(dims)-1]), dims...)
		}
		for _, route := range c.Routes.List() {
			if rest, found := strings.CutPrefix(path, "/scan/"+route.String()+"/"); found {
				path = "/scan/" + m.route(route).String() + "/" + rest
				break
			}
		}
		turned.VariableWithValue(path, value)
	}
	return turned
}

// TestTokenMixerTurns: where turned routes are of the same set, a token mixer with turned parameters gives of a turned image
// the turned output.
func TestTokenMixerTurns(t *testing.T) {
	const batch, h, w, channels = 2, 3, 4, 4
	for _, m := range motions {
		for _, set := range m.sets {
			t.Run(m.name+"/"+string(set), func(t *testing.T) {
				c := Nano()
				c.Routes, c.SSM.StateSize = set, 2
				mix := func(store *model.Store, x *tensors.Tensor) []float32 {
					return graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node { return c.tokenMixer(scope, x) })(x)
				}
				store, x := model.NewStore(), graphtest.Normal(1, batch, h, w, channels)
				want := m.of(mix(store, x), h, w, channels)
				height, width := m.size(h, w)
				turned := tensors.FromFlatDataAndDimensions(m.of(tensors.MustCopyFlatData[float32](x), h, w, channels), batch, height, width, channels)
				graphtest.Near(t, mix(m.parameters(t, c, store), turned), want, 1e-5)
			})
		}
	}
}
