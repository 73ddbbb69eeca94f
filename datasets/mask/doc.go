// Package mask holds which pixels of a picture an object covers, as runs down its columns: the form of COCO's annotations.
//
//	m := mask.Polygon(480, 640, []float64{10, 10, 200, 10, 200, 300})   // x, y, x, y, ...
//	mask.IoU(m, other, false)
//
// Polygons are filled as COCO's own tools fill them, to the pixel, because areas and overlaps of its results depend on it.
package mask
