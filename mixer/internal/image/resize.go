package image

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// Resize brings x [B, H, W, C] to another height and width by bilinear interpolation, pixels being areas and not points
// (torch's interpolate with align_corners off). Beyond the middles of the outer pixels their values go on.
func Resize(x *Node, height, width int) *Node {
	return along(along(x, 1, bilinear(x.Shape().Dim(1), height)), 2, bilinear(x.Shape().Dim(2), width))
}

// Pool averages x [B, H, W, C] over size x size regions that cover it, [B, size, size, C]; where the sides can't be divided, they
// overlap (torch's adaptive average pooling).
func Pool(x *Node, size int) *Node {
	return along(along(x, 1, regions(x.Shape().Dim(1), size)), 2, regions(x.Shape().Dim(2), size))
}

// along maps axis 1 or 2 of x [B, H, W, C] by a matrix, [new, old].
func along(x *Node, axis int, matrix [][]float32) *Node {
	if matrix == nil {
		return x
	}
	m := ConvertDType(Const(x.Graph(), matrix), x.DType())
	if axis == 1 {
		return Einsum("bhwc,nh->bnwc", x, m)
	}
	return Einsum("bhwc,nw->bhnc", x, m)
}

// bilinear has the weights of the old places in each new one; nil if nothing changes.
func bilinear(from, to int) [][]float32 {
	if from == to {
		return nil
	}
	m := make([][]float32, to)
	for i := range m {
		m[i] = make([]float32, from)
		at := max(0, (float64(i)+0.5)*float64(from)/float64(to)-0.5)
		first := min(int(at), from-1)
		share := float32(at - float64(first))
		m[i][first] += 1 - share
		m[i][min(first+1, from-1)] += share
	}
	return m
}

// regions has the weights of the old places in each region.
func regions(from, to int) [][]float32 {
	m := make([][]float32, to)
	for i := range m {
		m[i] = make([]float32, from)
		start, end := i*from/to, ((i+1)*from+to-1)/to
		for at := start; at < end; at++ {
			m[i][at] = 1 / float32(end-start)
		}
	}
	return m
}
