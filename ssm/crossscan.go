package ssm

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// CrossScan runs x [B, H, W, E] along each route through an S6 layer of its own and returns the sum of what they give, or
// the mean with cfg.MeanDirections, [B, H, W, E]: VMamba's cross-scan and cross-merge, equation (11) of the paper with
// several scans. The selector [B, H, W, F] is S6's, in the same order: x in VMamba's code, the raw input in the paper's
// equations.
//
// The image is brought into an order once for the two routes that follow it in opposite directions, and back once for
// their sum; the scan itself runs backwards, so nothing is flipped for it. Rows need no copy at all, and columns one: a
// kernel that strode down the columns itself was slower. What the routes select is computed for all of them by one product.
//
// Parameters: those of S6 in a scope named by each route, such as "rows_tl".
func CrossScan(scope *model.Scope, cfg Config, routes []Route, x, selector *Node) *Node {
	height, width := x.Shape().Dim(1), x.Shape().Dim(2)
	var weights []*Node
	layers := make([]*model.Scope, len(routes))
	for i, route := range routes {
		layers[i] = scope.In("%s", route)
		weights = append(weights, cfg.selectionWeights(layers[i], x, selector))
	}
	selections := Split(Affine(selector, Concatenate(weights, 1), nil), -1, len(routes)) // [B, H, W, R+2N] each

	var order []layout
	sequences, sums := map[layout]*Node{}, map[layout]*Node{}
	for i, route := range routes {
		l := route.layout()
		if sequences[l] == nil {
			order = append(order, l)
			sequences[l] = l.sequence(x)
		}
		y := cfg.selected(layers[i], sequences[l], l.sequence(selections[i]), nil, route.Backwards())
		sums[l] = plus(sums[l], y)
	}
	var sum *Node
	for _, l := range order {
		sum = plus(sum, l.image(sums[l], height, width))
	}
	if cfg.MeanDirections {
		sum = DivScalar(sum, float64(len(routes)))
	}
	return sum
}

// plus is sum + x, where a sum of nil is none yet.
func plus(sum, x *Node) *Node {
	if sum == nil {
		return x
	}
	return Add(sum, x)
}
