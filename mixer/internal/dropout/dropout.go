// Package dropout drops values at random, cheaply on a CPU.
package dropout

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/random"
)

// Apply sets each value of x to zero with probability rate, independently, and divides the others by 1 - rate. It does
// so in training only, and nothing at rate 0.
//
// What is dropped where devices share a batch, the first axis of x, is the same for any number of devices.
func Apply(scope *model.Scope, x *Node, rate float64) *Node {
	g := x.Graph()
	if rate <= 0 || !scope.IsTraining(g) {
		return x
	}
	hashed := random.Words(scope, g, x.Shape().Size())
	kept := GreaterOrEqual(hashed, ConstAs(hashed, uint32(rate*(1<<32))))
	return Where(Reshape(kept, x.Shape().Dimensions...), MulScalar(x, 1/(1-rate)), ZerosLike(x))
}
