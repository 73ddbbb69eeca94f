package train

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
)

// CrossEntropy gives that of each example [B] in float32: -Σ target · log softmax(logits), from logits and targets [B, K].
// Targets may be soft, as those of mixed pictures or with smoothed labels are.
func CrossEntropy(logits, targets *Node) *Node {
	logs := LogSoftmax(ConvertDType(logits, dtypes.Float32), -1)
	return Neg(ReduceSum(Mul(ConvertDType(targets, dtypes.Float32), logs), -1))
}

// Missed gives for each example [B] 1 if its class, that of the highest target, isn't among the k of the highest logits [B, K],
// else 0. Equal logits count against the class, and NaN does: a model that says nothing is never right.
func Missed(logits, targets *Node, k int) *Node {
	logits = ConvertDType(logits, dtypes.Float32)
	own := OneHot(ArgMax(targets, -1), logits.Shape().Dimensions[1], dtypes.Bool) // [B, K]
	value := ReduceSum(Where(own, logits, ZerosLike(logits)), -1)                 // [B], the class's logit
	notBelow := LogicalNot(LessThan(logits, InsertAxes(value, -1)))               // the class itself too
	rank := ReduceSum(ConvertDType(notBelow, dtypes.Float32), -1)
	return ConvertDType(GreaterThan(rank, Const(rank.Graph(), float32(k))), dtypes.Float32)
}
