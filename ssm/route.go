package ssm

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// Route is a way through an image that visits every place once: what makes a sequence, which a scan needs, of an image. It
// leads from one corner to the opposite one.
type Route struct {
	Order Order
	From  Corner
}

// Order is which place comes next. Seen from the top left corner (i is the row, j the column):
type Order string

const (
	Rows    Order = "rows"    // row by row, each from left to right
	Columns Order = "columns" // column by column, each from top to bottom
	Falling Order = "falling" // diagonal by diagonal (i+j = 0, 1, ...), each from its topmost place down
	Rising  Order = "rising"  // diagonal by diagonal, each from its lowest place up
)

// Corner is where a route begins. From another corner than the top left, an order is the one seen from there: with the
// rows, the columns or both counted from the other end.
type Corner string

const (
	TopLeft     Corner = "tl"
	TopRight    Corner = "tr"
	BottomLeft  Corner = "bl"
	BottomRight Corner = "br"
)

// Routes names a set of routes.
type Routes string

const (
	Cross     Routes = "cross"     // rows and columns, each from the top left and from the bottom right: what VMamba's code does
	Corners   Routes = "corners"   // rows from each of the four corners: the directions that the text of the paper names
	Diagonals Routes = "diagonals" // diagonals from each of the four corners
	TwoWay    Routes = "two-way"   // rows, from the top left and from the bottom right: Vim's
	OneWay    Routes = "one-way"   // rows from the top left
)

// RouteSets lists the valid sets.
func RouteSets() []Routes { return []Routes{Cross, Corners, Diagonals, TwoWay, OneWay} }

// List gives the routes of the set; none for a name that is not known.
func (r Routes) List() []Route {
	from := func(order Order, corners ...Corner) (routes []Route) {
		for _, corner := range corners {
			routes = append(routes, Route{order, corner})
		}
		return routes
	}
	switch r {
	case Cross:
		return append(from(Rows, TopLeft, BottomRight), from(Columns, TopLeft, BottomRight)...)
	case Corners:
		return from(Rows, TopLeft, BottomRight, TopRight, BottomLeft)
	case Diagonals:
		return from(Falling, TopLeft, BottomRight, TopRight, BottomLeft)
	case TwoWay:
		return from(Rows, TopLeft, BottomRight)
	case OneWay:
		return from(Rows, TopLeft)
	}
	return nil
}

// String is the route's name: that of the scope of its parameters.
func (r Route) String() string { return fmt.Sprintf("%s_%s", r.Order, r.From) }

// Places lists the places of an image of height x width in the order in which the route visits them, as i·width + j.
func (r Route) Places(height, width int) []int {
	l := r.layout()
	places := l.places(height, width)
	if r.Backwards() {
		slices.Reverse(places)
	}
	return places
}

// Turned is the route through the image turned by 90° against the clock: it visits the turned places in the same order.
func (r Route) Turned() Route {
	return Route{r.Order.transposed(), map[Corner]Corner{TopLeft: BottomLeft, BottomLeft: BottomRight, BottomRight: TopRight, TopRight: TopLeft}[r.From]}
}

func (o Order) transposed() Order {
	return map[Order]Order{Rows: Columns, Columns: Rows, Falling: Rising, Rising: Falling}[o]
}

// Backwards says whether the route is that from the opposite corner, walked backwards. Such a route needs no sequence of
// its own: the scan runs over the other's from the end.
func (r Route) Backwards() bool { return strings.HasPrefix(string(r.From), "b") }

// Sequence brings x [B, H, W, C] into the order that S6 reads, [B, H·W, C]: that of the route, or of the one in the opposite
// direction where it is walked backwards.
func (r Route) Sequence(x *Node) *Node { return r.layout().sequence(x) }

// Image is the inverse of Sequence. It also gives what S6 computed along the route, such as its step sizes, as an image.
func (r Route) Image(sequence *Node, height, width int) *Node {
	return r.layout().image(sequence, height, width)
}

// layout is what two routes in opposite directions share: the sequence that is made of an image.
type layout struct {
	order  Order
	mirror bool // left and right are exchanged
}

func (r Route) layout() layout {
	return layout{r.Order, r.From == TopRight || r.From == BottomLeft}
}

// sequence brings x [B, H, W, C] into the layout's order: [B, H·W, C].
func (l layout) sequence(x *Node) *Node {
	if l.mirror {
		x = flip(x, 2)
	}
	if l.transposed() {
		x = Transpose(x, 1, 2)
	}
	d := x.Shape().Dimensions
	sequence := Reshape(x, d[0], d[1]*d[2], d[3])
	if l.diagonal() {
		return rearrange(sequence, falling(d[1], d[2]))
	}
	return sequence
}

// image is the inverse of sequence.
func (l layout) image(sequence *Node, height, width int) *Node {
	h, w := height, width
	if l.transposed() {
		h, w = width, height
	}
	if l.diagonal() {
		sequence = rearrange(sequence, inverse(falling(h, w)))
	}
	x := Reshape(sequence, sequence.Shape().Dim(0), h, w, sequence.Shape().Dim(2))
	if l.transposed() {
		x = Transpose(x, 1, 2)
	}
	if l.mirror {
		x = flip(x, 2)
	}
	return x
}

// places is sequence for the indices of the places.
func (l layout) places(height, width int) []int {
	h, w := height, width
	if l.transposed() {
		h, w = width, height
	}
	places := make([]int, h*w)
	for at := range places {
		i, j := at/w, at%w
		if l.transposed() {
			i, j = j, i
		}
		if l.mirror {
			j = width - 1 - j
		}
		places[at] = i*width + j
	}
	if !l.diagonal() {
		return places
	}
	order := make([]int, len(places))
	for at, from := range falling(h, w) {
		order[at] = places[from]
	}
	return order
}

func (l layout) transposed() bool { return l.order == Columns || l.order == Rising }
func (l layout) diagonal() bool   { return l.order == Falling || l.order == Rising }

// falling lists the places of an image diagonal by diagonal, each from its topmost place down.
func falling(height, width int) []int {
	order := make([]int, 0, height*width)
	for diagonal := range height + width - 1 {
		for i := max(0, diagonal-width+1); i <= min(diagonal, height-1); i++ {
			order = append(order, i*width+diagonal-i)
		}
	}
	return order
}

func inverse(order []int) []int {
	inverse := make([]int, len(order))
	for to, from := range order {
		inverse[from] = to
	}
	return inverse
}

// rearrange puts place order[t] of x [B, L, C] at t. Its gradient is a rearrangement, too, where Gather's would be a scatter.
func rearrange(x *Node, order []int) *Node {
	const name = "rearrange"
	index := func(order []int) *Node {
		rows := make([]int32, len(order))
		for to, from := range order {
			rows[to] = int32(from)
		}
		return Const(x.Graph(), tensors.FromFlatDataAndDimensions(rows, len(rows), 1))
	}
	registerAdjoint(name, func(inputs, grad []*Node) []*Node { return []*Node{gather(grad[0], inputs[1])} })
	return withAdjoint(name, []*Node{x}, []*Node{index(inverse(order))}, []*Node{gather(x, index(order))})[0]
}

// gather takes the places index [L, 1] of x [B, L, C].
func gather(x, index *Node) *Node {
	return Transpose(Gather(Transpose(x, 0, 1), index), 0, 1)
}
