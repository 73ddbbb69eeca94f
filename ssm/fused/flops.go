package fused

import (
	"fmt"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
)

// FLOPs gives the floating-point operations of a marked custom call, forward or backward, as the kernels compute it:
// a multiply-add is two operations, an exponential, a logarithm and a quotient one each. So the softplus is 3, a logistic
// function 3 and SiLU 4. Exact for the loops over states and taps, it leaves out sums across lanes and threads.
//
// The error is that of a call whose options can't be read.
func FLOPs(node *Node) (int64, error) {
	_, name, _ := strings.Cut(node.String(), "Call("+callPrefix)
	target, _, _ := strings.Cut(name, "__")
	args := node.Inputs()
	options, err := optionsOf(args[0])
	if err != nil {
		return 0, err
	}
	elements := int64(args[1].Shape().Size()) // of u [B, L, D], or x [B, H, W, C]
	switch target {
	case "mambamixer_scan_forward":
		return elements * scanFLOPs(int64(args[3].Shape().Dim(1)), options, false), nil
	case "mambamixer_scan_backward":
		return elements * scanFLOPs(int64(args[3].Shape().Dim(1)), options, true), nil
	case "mambamixer_conv_forward", "mambamixer_conv_backward":
		taps := int64(args[2].Shape().Dim(0) * args[2].Shape().Dim(1))
		return elements * convFLOPs(taps, options[3] != 0, target == "mambamixer_conv_backward"), nil
	}
	return 0, fmt.Errorf("the operations of the kernel %s are not known", target)
}

// optionsOf reads the first argument of a handler.
func optionsOf(node *Node) ([]int32, error) {
	if value := node.ConstantValue(); value != nil {
		if options, ok := value.Value().([]int32); ok {
			return options, nil
		}
	}
	return nil, fmt.Errorf("the options %s of a kernel can't be read", node)
}

// scanFLOPs are the operations for each value of u.
//
// Forward, for each of the states: delta·A, exp, delta u·B, Ā·h, +, C·h, +. Backward: the first five of these again, and
// ∂h += C ∂r, the sums for ∂C, ∂B, ∂u, ∂A and ∂delta, two operations each, and the products Ā ∂h and Ā ∂h h.
func scanFLOPs(states int64, options []int32, backward bool) int64 {
	there := func(bit int32) bool { return options[3]&bit == 0 }
	count, skip, gate, bias, softplus := 7*states+1, int64(2), int64(5), int64(1), int64(3)
	if backward {
		count, skip, gate, bias, softplus = 19*states+4, 5, 2*states+10, 2, 7
	}
	for _, part := range []struct {
		there bool
		flops int64
	}{{there(1), skip}, {there(2), gate}, {there(4), bias}, {options[0] != 0, softplus}} {
		if part.there {
			count += part.flops
		}
	}
	return count
}

// convFLOPs are the operations for each value of x: a multiply-add for each tap. The backward pass has the taps' and the
// input's gradients, and computes again what SiLU was applied to.
func convFLOPs(taps int64, silu, backward bool) int64 {
	count, act := 2*taps, int64(4)
	if backward {
		count, act = 4*taps+1, 2*taps+7
	}
	if silu {
		count += act
	}
	return count
}
