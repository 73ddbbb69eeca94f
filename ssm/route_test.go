package ssm_test

import (
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/ssm"
)

// everyRoute lists each order from each corner.
func everyRoute() (routes []ssm.Route) {
	for _, order := range []ssm.Order{ssm.Rows, ssm.Columns, ssm.Falling, ssm.Rising} {
		for _, corner := range []ssm.Corner{ssm.TopLeft, ssm.TopRight, ssm.BottomLeft, ssm.BottomRight} {
			routes = append(routes, ssm.Route{Order: order, From: corner})
		}
	}
	return routes
}

// TestRoutesByHand spells out each order on 2 x 3 places, numbered row by row.
func TestRoutesByHand(t *testing.T) {
	for route, want := range map[ssm.Route][]int{
		{Order: ssm.Rows, From: ssm.TopLeft}:       {0, 1, 2, 3, 4, 5},
		{Order: ssm.Rows, From: ssm.TopRight}:      {2, 1, 0, 5, 4, 3},
		{Order: ssm.Rows, From: ssm.BottomLeft}:    {3, 4, 5, 0, 1, 2},
		{Order: ssm.Columns, From: ssm.TopLeft}:    {0, 3, 1, 4, 2, 5},
		{Order: ssm.Columns, From: ssm.TopRight}:   {2, 5, 1, 4, 0, 3},
		{Order: ssm.Columns, From: ssm.BottomLeft}: {3, 0, 4, 1, 5, 2},
		{Order: ssm.Falling, From: ssm.TopLeft}:    {0, 1, 3, 2, 4, 5},
		{Order: ssm.Rising, From: ssm.TopLeft}:     {0, 3, 1, 4, 2, 5},
		{Order: ssm.Falling, From: ssm.TopRight}:   {2, 1, 5, 0, 4, 3},
	} {
		if got := route.Places(2, 3); !slices.Equal(got, want) {
			t.Errorf("%s visits %v, want %v", route, got, want)
		}
	}
}

// TestRoutes checks the laws of places: each is visited once, from the corner named to the opposite one; the route from
// there is the same backwards; the turned route visits the turned places.
func TestRoutes(t *testing.T) {
	opposite := map[ssm.Corner]ssm.Corner{ssm.TopLeft: ssm.BottomRight, ssm.BottomRight: ssm.TopLeft, ssm.TopRight: ssm.BottomLeft, ssm.BottomLeft: ssm.TopRight}
	for _, size := range [][2]int{{1, 1}, {1, 4}, {3, 1}, {3, 5}, {4, 4}, {6, 2}} {
		h, w := size[0], size[1]
		corner := map[ssm.Corner]int{ssm.TopLeft: 0, ssm.TopRight: w - 1, ssm.BottomLeft: (h - 1) * w, ssm.BottomRight: h*w - 1}
		for _, route := range everyRoute() {
			places := route.Places(h, w)
			sorted := slices.Sorted(slices.Values(places))
			for i, place := range sorted {
				if place != i || len(sorted) != h*w {
					t.Fatalf("%s of %v does not visit every place once: %v", route, size, places)
				}
			}
			if places[0] != corner[route.From] || places[h*w-1] != corner[opposite[route.From]] {
				t.Errorf("%s of %v leads from %d to %d", route, size, places[0], places[h*w-1])
			}
			back := ssm.Route{Order: route.Order, From: opposite[route.From]}.Places(h, w)
			slices.Reverse(back)
			if !slices.Equal(back, places) || route.Backwards() == (ssm.Route{Order: route.Order, From: opposite[route.From]}).Backwards() {
				t.Errorf("%s of %v is not the way back from the opposite corner", route, size)
			}
			turned := make([]int, h*w) // (i, j) of h x w is (w-1-j, i) of w x h
			for at, place := range places {
				turned[at] = (w-1-place%w)*h + place/w
			}
			if got := route.Turned().Places(w, h); !slices.Equal(got, turned) {
				t.Errorf("%s of %v, turned, visits %v, want %v", route, size, got, turned)
			}
		}
	}
}

// TestSequences checks that a route's sequence has the values of its places in their order, that Image is its inverse,
// and that gradients flow back the same way.
func TestSequences(t *testing.T) {
	const batch, h, w, channels = 2, 3, 4, 5
	values := make([]float64, batch*h*w*channels)
	for i := range values {
		values[i] = float64(i)
	}
	routes := everyRoute()
	outputs := run(t, openBackend(t, ssm.Auto), func(nodes []*Node) []*Node {
		x := nodes[0]
		var outputs []*Node
		for _, route := range routes {
			sequence := route.Sequence(x)
			loss := ReduceAllSum(Mul(sequence, StopGradient(sequence)))
			outputs = append(outputs, sequence, route.Image(sequence, h, w), Gradient(loss, x)[0])
		}
		return outputs
	}, []any{tensors.FromFlatDataAndDimensions(values, batch, h, w, channels)})
	for i, route := range routes {
		var want []float64
		for image := range slices.Chunk(values, h*w*channels) {
			places := route.Places(h, w)
			if route.Backwards() {
				slices.Reverse(places)
			}
			for _, place := range places {
				want = append(want, image[place*channels:][:channels]...)
			}
		}
		if !slices.Equal(outputs[3*i], want) {
			t.Errorf("the sequence of %s is %v, want %v", route, outputs[3*i], want)
		}
		if !slices.Equal(outputs[3*i+1], values) {
			t.Errorf("the image of the sequence of %s is not what the sequence was made of", route)
		}
		if !slices.Equal(outputs[3*i+2], values) {
			t.Errorf("the gradient through the sequence of %s goes to other places", route)
		}
	}
}

// TestRouteSets checks how many routes a set has, and that no set has one twice.
func TestRouteSets(t *testing.T) {
	want := map[ssm.Routes]int{ssm.Cross: 4, ssm.Corners: 4, ssm.Diagonals: 4, ssm.TwoWay: 2, ssm.OneWay: 1}
	for _, set := range ssm.RouteSets() {
		seen := map[ssm.Route]bool{}
		for _, route := range set.List() {
			seen[route] = true
		}
		if len(seen) != want[set] || len(set.List()) != want[set] {
			t.Errorf("%s has the routes %v", set, set.List())
		}
	}
}
