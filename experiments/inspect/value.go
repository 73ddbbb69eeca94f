package inspect

import (
	"fmt"
	"math"
	"strings"

	"mambamixer/experiments/result"
)

// Value is something that a model computes on its way, for one window.
type Value struct {
	Name string // "layer0/token/forward/delta"
	Axes string // what its axes are: "B·M P E"
	Dims []int
	Flat []float32 // row-major
}

// At returns one of its numbers.
func (v Value) At(index ...int) float64 {
	if len(index) != len(v.Dims) {
		panic(fmt.Sprintf("%s has %d axes (%s), not %d", v.Name, len(v.Dims), v.Axes, len(index)))
	}
	at := 0
	for axis, i := range index {
		if i < 0 || i >= v.Dims[axis] {
			panic(fmt.Sprintf("%s has %d places along axis %d (%s); there is none with number %d", v.Name, v.Dims[axis], axis, v.Axes, i))
		}
		at = at*v.Dims[axis] + i
	}
	return float64(v.Flat[at])
}

// ValueTable lists values with their shapes and between what their numbers lie.
func ValueTable(title string, values []Value) *result.Table {
	t := &result.Table{Title: title, Columns: []result.Column{{Name: "name"}, {Name: "axes"}, {Name: "shape"},
		{Name: "lowest", Right: true}, {Name: "mean", Right: true}, {Name: "highest", Right: true}}}
	for _, v := range values {
		low, high, sum := math.Inf(1), math.Inf(-1), 0.0
		for _, x := range v.Flat {
			low, high, sum = min(low, float64(x)), max(high, float64(x)), sum+float64(x)
		}
		t.Add(v.Name, v.Axes, strings.Trim(strings.ReplaceAll(fmt.Sprint(v.Dims), " ", " × "), "[]"),
			fmt.Sprintf("%.4g", low), fmt.Sprintf("%.4g", sum/float64(len(v.Flat))), fmt.Sprintf("%.4g", high))
	}
	return t
}
