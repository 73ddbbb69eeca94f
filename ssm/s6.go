package ssm

import (
	"cmp"
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/nearest"
)

// Config holds the hyper-parameters of the S6 layer. DefaultConfig has Mamba's values.
type Config struct {
	StateSize      int            `json:"state_size"`                // N, the states per channel
	ConvWidth      int            `json:"conv_width"`                // taps of the depthwise convolution before the scan
	DtRank         int            `json:"dt_rank,omitempty"`         // rank of the projection to Δ; 0 = ⌈E/32⌉, which is Mamba's ⌈d_model/16⌉ at expansion 2
	DtMin          float64        `json:"dt_min"`                    // initial step sizes are log-uniform in [DtMin, DtMax]
	DtMax          float64        `json:"dt_max"`                    //
	Discretization Discretization `json:"discretization"`            // Euler or ZOH
	RawSelection   bool           `json:"raw_selection,omitempty"`   // B, C, Δ from the layer's input (equations 8-10 as printed), not from the convolution's output (Mamba's code)
	MeanDirections bool           `json:"mean_directions,omitempty"` // average the two directions instead of adding them
	Method         Method         `json:"method,omitempty"`          // how the scan is computed, and the convolution by kernels or not
}

// DefaultConfig returns Mamba's hyper-parameters: N = 16, 4 taps, Δ from 0.001 to 0.1, Euler.
func DefaultConfig() Config {
	return Config{StateSize: 16, ConvWidth: 4, DtMin: 1e-3, DtMax: 1e-1, Discretization: Euler}
}

// Validate reports the first field that has no meaning; field is what the message calls the configuration.
func (cfg Config) Validate(field string) error {
	switch {
	case cfg.StateSize < 1:
		return fmt.Errorf("%s state_size is %d: S6 needs 1 state or more per channel", field, cfg.StateSize)
	case cfg.ConvWidth < 1:
		return fmt.Errorf("%s conv_width is %d: the convolution needs 1 tap or more", field, cfg.ConvWidth)
	case cfg.DtRank < 0:
		return fmt.Errorf("%s dt_rank is %d: it must be 1 or more, or 0 for Mamba's choice", field, cfg.DtRank)
	case cfg.DtMin <= 0 || cfg.DtMax < cfg.DtMin:
		return fmt.Errorf("%s dt_min and dt_max are %g and %g: step sizes need 0 < dt_min <= dt_max", field, cfg.DtMin, cfg.DtMax)
	}
	if err := nearest.Check(field+" discretization", cfg.Discretization, Euler, ZOH); err != nil {
		return err
	}
	return nearest.Check(field+" method", cmp.Or(cfg.Method, Auto), append([]Method{Auto}, Methods...)...)
}

// dtFloor is the smallest initial step size, as in Mamba.
const dtFloor = 1e-4

// S6 is the selective state-space layer on x [B, L, E], the output of the convolution, giving y [B, L, E]:
//
//	(Δ, B, C) = Linear(selector)       equation (5); Δ through a bottleneck of rank DtRank
//	y = Scan(x, softplus(Δ + bias), A = −exp(A_log), B, C, D) ⊗ SiLU(gate)
//
// The selector [B, L, F] is x in Mamba's code and the layer's raw input in the paper's equations (8)-(10).
// The gate [B, L, E] may be nil: nothing is gated.
// CollectSelections gives access to softplus(Δ + bias), A, B and C.
// With x of 16 bits the projections are, too; A, the bias of Δ and all of the scan are float32, y is of 16 bits again.
// A gradient can be taken only in a graph marked as training (scope.IsTraining).
// Parameters: "selection/weights" [F, R+2N], "dt/weights" [R, E], "dt/bias" [E], "A_log" [E, N], "D" [E].
func S6(scope *model.Scope, cfg Config, x, selector, gate *Node, reverse bool) *Node {
	weights := cfg.selectionWeights(scope, x, selector)
	return cfg.selected(scope, x, Affine(selector, weights, nil), gate, reverse)
}

// selectionWeights [F, R+2N] of S6 make what Δ, B and C are made of from a selector of F features.
func (cfg Config) selectionWeights(scope *model.Scope, x, selector *Node) *Node {
	features := selector.Shape().Dim(-1)
	return ParamLike(scope.In("selection"), selector, "weights", FanIn(features), features, cfg.Rank(x.Shape().Dim(-1))+2*cfg.StateSize)
}

// selected is the rest of S6, with the selection [B, L, R+2N].
func (cfg Config) selected(scope *model.Scope, x, selection, gate *Node, reverse bool) *Node {
	g := x.Graph()
	channels, n := x.Shape().Dim(-1), cfg.StateSize
	rank := cfg.Rank(channels)
	part := func(from, to int) *Node { return SliceAxis(selection, -1, AxisRange(from, to)) }
	dt := scope.In("dt")
	in := Inputs{
		U:         x,
		Delta:     Affine(part(0, rank), ParamLike(dt, x, "weights", FanIn(rank), rank, channels), nil), // [B, L, E]
		A:         Neg(Exp(Param(scope, g, "A_log", ALog(), channels, n))),
		B:         part(rank, rank+n),
		C:         part(rank+n, rank+2*n),
		D:         Param(scope, g, "D", Constant(1), channels),
		Z:         gate,
		DeltaBias: Param(dt, g, "bias", DtBias(cfg.DtMin, cfg.DtMax, dtFloor), channels),
	}.convert(stateDType(x.DType()))
	opts := Options{
		Method:         cfg.Method,
		DeltaSoftplus:  true,
		Reverse:        reverse,
		Discretization: cfg.Discretization,
		Inference:      !scope.IsTraining(g),
		NoLastState:    true,
	}
	collect(scope, in, opts)
	y, _ := Scan(in, opts)
	return ConvertDType(y, x.DType())
}

// Rank is the rank of the projection to Δ for a number of inner channels E.
func (cfg Config) Rank(channels int) int {
	if cfg.DtRank > 0 {
		return cfg.DtRank
	}
	return (channels + 31) / 32
}

// Directional is convolution, SiLU and S6 on x [B, L, E], forward only or forward and backward with separate parameters
// (scopes "forward" and "backward") and the gated outputs summed: equations (12) to (18) without projections, which the
// directions share, as they share the gate [B, L, E]. raw [B, L, F] is the layer's input, the selector when
// cfg.RawSelection is set.
func Directional(scope *model.Scope, cfg Config, x, raw, gate *Node, bidirectional bool) *Node {
	branch := func(scope *model.Scope, reverse bool) *Node {
		u := DepthwiseConv1D(scope.In("conv"), x, cfg.ConvWidth, ConvOptions{Reverse: reverse, SiLU: true, Method: cfg.Method})
		selector := u
		if cfg.RawSelection {
			selector = raw
		}
		return S6(scope.In("s6"), cfg, u, selector, gate, reverse)
	}
	y := branch(scope.In("forward"), false)
	if bidirectional {
		y = Add(y, branch(scope.In("backward"), true))
		if cfg.MeanDirections {
			y = MulScalar(y, 0.5)
		}
	}
	return y
}
