package flops

import . "github.com/gomlx/gomlx/core/graph"

// elementwise gives the operations of each value of the result.
var elementwise = map[NodeType]int64{
	NodeTypeAbs: 1, NodeTypeAdd: 1, NodeTypeCeil: 1, NodeTypeClamp: 1, NodeTypeCos: 1, NodeTypeDiv: 1, NodeTypeEqual: 1, NodeTypeErf: 1,
	NodeTypeExp: 1, NodeTypeExpm1: 1, NodeTypeFloor: 1, NodeTypeGreaterOrEqual: 1, NodeTypeGreaterThan: 1,
	NodeTypeIsFinite: 1, NodeTypeLessOrEqual: 1, NodeTypeLessThan: 1, NodeTypeLog: 1, NodeTypeLog1p: 1,
	NodeTypeMax: 1, NodeTypeMin: 1, NodeTypeMul: 1, NodeTypeNeg: 1, NodeTypeNotEqual: 1, NodeTypePow: 1, NodeTypeRem: 1,
	NodeTypeRound: 1, NodeTypeRsqrt: 1, NodeTypeSign: 1, NodeTypeSin: 1, NodeTypeSqrt: 1, NodeTypeSub: 1, NodeTypeTanh: 1,
	NodeTypeLogistic: 3,
}

// reduction gives the operations of each value that goes in. Batch norm: the mean 1, the variance 3, the standardised value
// with scale and offset 4; its gradient: the sums of ∂y 1 and ∂y·x̂ 2, x̂ again 2, ∂x 5.
var reduction = map[NodeType]int64{
	NodeTypeReduceMax: 1, NodeTypeReduceMin: 1, NodeTypeReduceProduct: 1, NodeTypeReduceSum: 1, NodeTypeArgMinMax: 1,
	NodeTypeBatchNormForTraining: 8, NodeTypeBatchNormGradient: 10,
}

// free only moves values, or makes them up.
var free = map[NodeType]bool{
	NodeTypeAllReduce: true, NodeTypeBitcast: true, NodeTypeBroadcastInDim: true, NodeTypeConcatenate: true, NodeTypeConstant: true, NodeTypeConvertDType: true,
	NodeTypeDynamicSlice: true, NodeTypeDynamicUpdateSlice: true, NodeTypeGather: true, NodeTypeIdentity: true, NodeTypeIota: true,
	NodeTypeOptimizationBarrier: true, NodeTypePad: true, NodeTypeParameter: true, NodeTypeRNGBitGenerator: true, NodeTypeReshape: true,
	NodeTypeReverse: true, NodeTypeSchedulingBarrier: true, NodeTypeSlice: true, NodeTypeSplitNode: true, NodeTypeTranspose: true,
	NodeTypeWhere: true,
}
