package ssm

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
)

// Inputs of the selective scan. The option set is that of selective_scan_fn of the Mamba project;
// the layout keeps channels last.
type Inputs struct {
	U     *Node // input, [B, L, D]
	Delta *Node // step size, [B, L, D]
	A     *Node // diagonal state matrix, [D, N]; negative for a stable system
	B     *Node // input projection, [B, L, N], or [B, L, G, N] for G groups of D/G consecutive channels
	C     *Node // output projection, same shapes as B

	D            *Node // skip weight, [D]: y += D·u. Optional.
	Z            *Node // gate, [B, L, D]: y *= SiLU(z). Optional.
	DeltaBias    *Node // [D], added to Delta. Optional.
	InitialState *Node // [B, D, N]; zeros when nil
}

// Options of the selective scan.
type Options struct {
	Method         Method         // how to compute; Auto by default
	DeltaSoftplus  bool           // delta = softplus(delta + bias)
	Reverse        bool           // run from the last time step to the first
	Discretization Discretization // Euler by default
	Inference      bool           // no gradient will be taken, so nothing needs to be kept for it
	NoLastState    bool           // the last state isn't wanted, and comes back as nil
}

// Discretization says how B becomes B̄.
type Discretization string

const (
	// Euler is B̄ = Δ B, the simplification of Mamba's code.
	Euler Discretization = "euler"
	// ZOH, zero-order hold, is B̄ = (exp(ΔA) − 1) A⁻¹ B: equation (3) of the paper for a diagonal A.
	ZOH Discretization = "zoh"
)

// Scan runs the selective state-space recurrence over the sequence axis:
//
//	delta = softplus(delta + bias)              (both parts optional)
//	h_t   = exp(delta_t A) h_{t-1} + B̄_t u_t
//	y_t   = (C_t h_t + D u_t) · SiLU(z_t)       (skip and gate optional)
//
// It returns y [B, L, D] and the state after the last processed step [B, D, N]; with Options.Reverse that is the
// state at t = 0. The state is computed in float32 for 16-bit inputs and in the dtype of U otherwise; y has the
// dtype of U. It panics, at graph-building time, when shapes or dtypes don't fit together.
//
// The gradient is defined with respect to every input, also through the returned state.
func Scan(in Inputs, opts Options) (y, lastState *Node) {
	d := in.check(opts)
	outDType := in.U.DType()
	in = in.convert(stateDType(outDType))
	switch method := opts.method(in.U.Graph().Backend(), outDType, d.B*d.L*d.D*d.N); method {
	case Fused:
		y, lastState = fusedScan(in, d, opts)
	default:
		y, lastState = newRecurrence(in, d, opts).scan(method)
		y = skipAndGate(y, in.U, in.D, in.Z)
	}
	if opts.NoLastState {
		return ConvertDType(y, outDType), nil
	}
	return ConvertDType(y, outDType), ConvertDType(lastState, outDType)
}

// convert brings all inputs to one dtype.
func (in Inputs) convert(dtype dtypes.DType) Inputs {
	for _, node := range []**Node{&in.U, &in.Delta, &in.A, &in.B, &in.C, &in.D, &in.Z, &in.DeltaBias, &in.InitialState} {
		if *node != nil {
			*node = ConvertDType(*node, dtype)
		}
	}
	return in
}

// stepSize is delta after bias and softplus. delta and bias share their last axis.
func stepSize(delta, bias *Node, softplus bool) *Node {
	if bias != nil {
		delta = Add(delta, ExpandLeftToRank(bias, delta.Rank()))
	}
	if softplus {
		delta = Softplus(delta)
	}
	return delta
}

// skipAndGate returns (y + D u) · SiLU(z), with D [D] and z optional.
func skipAndGate(y, u, skip, z *Node) *Node {
	if skip != nil {
		y = Add(y, Mul(u, ExpandLeftToRank(skip, u.Rank())))
	}
	if z != nil {
		y = Mul(y, activation.Swish(z))
	}
	return y
}

// stateDType is the precision in which the state is carried: never below float32.
func stateDType(in dtypes.DType) dtypes.DType {
	if in == dtypes.Float64 {
		return in
	}
	return dtypes.Float32
}

// recurrence is the core that the graph methods implement: h_t = Ā_t h_{t-1} + gain_t u_t B_t, y_t = C_t h_t, after
// bias and softplus and before skip and gate.
type recurrence struct {
	dims        dims
	u, delta, a *Node // [B, L, D], [B, L, D], [D, N]
	b, c, h0    *Node // [B, L, G, N], [B, L, G, N], [B, D, N]
	opts        Options
}

func newRecurrence(in Inputs, d dims, opts Options) recurrence {
	r := recurrence{
		dims:  d,
		u:     in.U,
		delta: stepSize(in.Delta, in.DeltaBias, opts.DeltaSoftplus),
		a:     in.A,
		b:     Reshape(in.B, d.B, d.L, d.G, d.N),
		c:     Reshape(in.C, d.B, d.L, d.G, d.N),
		h0:    in.InitialState,
		opts:  opts,
	}
	if r.h0 == nil {
		r.h0 = Zeros(in.U.Graph(), shapeOf(in.U.DType(), d.B, d.D, d.N))
	}
	return r
}

func (r recurrence) scan(method Method) (y, last *Node) {
	switch method {
	case Sequential:
		return r.chunked(1)
	case Chunked:
		return r.chunked(chunkLength)
	}
	return r.associative()
}
