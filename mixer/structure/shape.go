package structure

import (
	"fmt"
	"slices"
	"strings"
)

// Axis is an axis of a tensor: a letter and, if it is known, a size.
type Axis struct {
	Name string
	Size int // 0 = not known
}

// Sized is an axis without a letter.
func Sized(n int) Axis { return Axis{Size: n} }

// String is the size, or the letter if there is none.
func (a Axis) String() string {
	if a.Size > 0 {
		return fmt.Sprint(a.Size)
	}
	return a.Name
}

// Times is an axis n times as long.
func (a Axis) Times(n int) Axis {
	if n == 1 {
		return a
	}
	return Axis{Name: fmt.Sprintf("%d%s", n, a.Name), Size: n * a.Size}
}

// Shape is that of a tensor.
type Shape []Axis

// String writes the sizes, and the letters of those that are not known: "[B, 7, 32, 16]".
func (s Shape) String() string { return s.write(Axis.String) }

// Letters writes the letters: "[B, M, P, D]".
func (s Shape) Letters() string { return s.write(func(a Axis) string { return a.Name }) }

func (s Shape) write(axis func(Axis) string) string {
	words := make([]string, len(s))
	for i := range s {
		words[i] = axis(s[i])
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// Permute is the shape with its axes in another order: axis i of the result is axis order[i].
func (s Shape) Permute(order []int) Shape {
	moved := make(Shape, len(s))
	for to, from := range order {
		moved[to] = s[from]
	}
	return moved
}

// With is the shape with one axis replaced.
func (s Shape) With(axis int, by Axis) Shape {
	changed := slices.Clone(s)
	changed[axis] = by
	return changed
}
