package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/dropout"
)

// encoderLayer is the Transformer's layer with the norms behind: tokens x [B, S, D] and what mixed them, mixed, give
//
//	x = norm(x + mixed)
//	y = norm(x + feedForward(x))
func encoderLayer(scope *model.Scope, x, mixed *Node, normalize tokenNorm, hidden int, rate float64) *Node {
	x = normalize(scope.In("mixer_norm"), Add(x, mixed))
	return normalize(scope.In("ffn_norm"), Add(x, feedForward(scope.In("ffn"), x, hidden, rate)))
}

// feedForward is Linear, GELU, Linear on each token, with dropout behind both.
//
// Variables: hidden/weights [D, hidden], hidden/bias, out/weights [hidden, D], out/bias.
func feedForward(scope *model.Scope, x *Node, hidden int, rate float64) *Node {
	h := activation.Gelu(torchLinear(scope.In("hidden"), x, hidden)) // [B, S, hidden]
	h = dropout.Apply(scope, h, rate)
	return dropout.Apply(scope, torchLinear(scope.In("out"), h, x.Shape().Dim(-1)), rate)
}

// tokenNorm normalizes tokens [B, S, D].
type tokenNorm func(scope *model.Scope, x *Node) *Node

// layerNorm normalizes each token over its features.
func layerNorm(scope *model.Scope, x *Node) *Node {
	return mixer.NormFeature.Apply(scope, x, mixer.Axes{Sequence: 1, Feature: 2})
}
