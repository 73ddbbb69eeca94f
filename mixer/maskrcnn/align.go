package maskrcnn

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// maps are those of a pyramid, largest first, [B, H_i, W_i, C] each, with the pixels of a place's side.
type maps struct {
	levels []*Node
	stride []int
}

// perCell is how many points of a cell, along each side, are read.
const perCell = 2

// align reads the part of boxes [B, R, 4] from the map of their size, in size x size cells -> [B, R, size, size, C] (RoIAlign). Each
// cell is the mean of its points, each of which is interpolated between four places. A box of up to 2·finest pixels is read
// from the first map, one of up to twice that from the second, and so on. Boxes have no gradient.
func (m maps) align(boxes *Node, size int, finest float64) *Node {
	g := boxes.Graph()
	batch, count, width := boxes.Shape().Dim(0), boxes.Shape().Dim(1), m.levels[0].Shape().Dim(3)

	// What the map of each box is like: [B, R] each.
	level := Floor(DivScalar(Log(AddScalar(DivScalar(Sqrt(area(boxes)), finest), 1e-6)), math.Ln2))
	level = ConvertDType(ClipScalar(level, 0, float64(len(m.levels)-1)), dtypes.Int32)
	var flat []*Node
	var stride, height, columns, first []int32
	places := 0
	for i, x := range m.levels {
		h, w := x.Shape().Dim(1), x.Shape().Dim(2)
		flat = append(flat, Reshape(x, batch, h*w, width))
		stride, height, columns = append(stride, int32(m.stride[i])), append(height, int32(h)), append(columns, int32(w))
		first = append(first, int32(places))
		places += h * w
	}
	of := func(values []int32) *Node { return Gather(Const(g, values), InsertAxes(level, -1)) }
	real := func(x *Node) *Node { return ConvertDType(x, dtypes.Float32) }

	// Where the points are along a side [B, R, P], as the two places around each and the second's share.
	points := size * perCell
	steps := DivScalar(AddScalar(Iota(g, shapes.Make(dtypes.Float32, 1, 1, points), 2), 0.5), float64(points))
	along := func(low, high *Node, most *Node) (from, to, share *Node) {
		scale := real(of(stride))
		at := Add(InsertAxes(Div(low, scale), -1), Mul(InsertAxes(Div(Sub(high, low), scale), -1), steps))
		limit := InsertAxes(real(most), -1)
		at = Min(MaxScalar(AddScalar(at, -0.5), 0), AddScalar(limit, -1))
		lower := Floor(at)
		return lower, Min(OnePlus(lower), AddScalar(limit, -1)), Sub(at, lower)
	}
	x0, y0, x1, y1 := sides(boxes)
	rowFrom, rowTo, rowShare := along(y0, y1, of(height))
	columnFrom, columnTo, columnShare := along(x0, x1, of(columns))

	start := Add(of(first), MulScalar(Iota(g, shapes.Make(dtypes.Int32, batch, count), 0), places)) // of the box's map among all
	all := Reshape(Concatenate(flat, 1), batch*places, width)
	corner := func(row, column, rowWeight, columnWeight *Node) *Node {
		rows := Mul(InsertAxes(ConvertDType(row, dtypes.Int32), -1), Reshape(of(columns), batch, count, 1, 1)) // [B, R, P, 1]
		at := Add(Add(rows, InsertAxes(ConvertDType(column, dtypes.Int32), 2)), Reshape(start, batch, count, 1, 1))
		weight := StopGradient(Mul(InsertAxes(rowWeight, -1), InsertAxes(columnWeight, 2))) // [B, R, P, P]
		return Mul(Gather(all, InsertAxes(at, -1)), InsertAxes(weight, -1))
	}
	read := Add(
		Add(corner(rowFrom, columnFrom, OneMinus(rowShare), OneMinus(columnShare)), corner(rowFrom, columnTo, OneMinus(rowShare), columnShare)),
		Add(corner(rowTo, columnFrom, rowShare, OneMinus(columnShare)), corner(rowTo, columnTo, rowShare, columnShare)))
	return ReduceMean(Reshape(read, batch, count, size, perCell, size, perCell, width), 3, 5)
}
