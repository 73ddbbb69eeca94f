package structure

// LinearMap is a linear map of the last axis of x, with variables weights [from, to] and, if it is biased, bias [to] below
// scope.
func LinearMap(scope string, x Shape, to Axis, biased bool) Part {
	from := x[len(x)-1]
	part := Part{Kind: Linear, Name: "Linear", Note: from.String() + " → " + to.String(), Output: x.With(len(x)-1, to),
		Params: []Param{{Path: scope + "/weights", Dims: []Axis{from, to}}}}
	if biased {
		part.Params = append(part.Params, Param{Path: scope + "/bias", Dims: []Axis{to}})
	}
	return part
}

// Split is a linear map without bias to two times the width of each of its halves.
func Split(scope string, x Shape, half Axis) Part {
	part := LinearMap(scope, x, half.Times(2), false)
	part.Note = x[len(x)-1].String() + " → 2 × " + half.String()
	return part
}

// Gated multiplies values by a gate, both of shape x.
func Gated(x Shape, values Part) Part {
	return Part{Kind: Product, Output: x, Parts: []Part{values, {Kind: Activation, Name: "SiLU", Note: "gate", Output: x}}}
}

// Dropping is dropout under some name; there is none at rate 0.
func Dropping(name, rate string, x Shape) []Part {
	if rate == "0" {
		return nil
	}
	return []Part{{Kind: Dropout, Name: name, Note: rate, Output: x}}
}
