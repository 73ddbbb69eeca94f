package ssmref

// Conv is a depthwise convolution of x [B, H, W, C] by taps [KH, KW, C], with an optional bias [C] and activation. With x
// taken as zero outside its rows and columns,
//
//	r[b,i,j,c] = bias[c] + Σ_p Σ_q taps[p,q,c] x[b, i-Top+p, j-Left+q, c]
//	y          = SiLU(r), or r
//
// The causal convolution of Mamba, MambaMixer eq. (6), is H = KH = 1 and Left = KW-1.
type Conv struct {
	Batch, Height, Width, Channels int
	Rows, Columns                  int // KH, KW
	Top, Left                      int
	Mirrored                       bool // taps[KH-1-p, KW-1-q] in the place of taps[p, q]
	SiLU                           bool

	X, Taps []float64
	Bias    []float64 // nil: none
}

// Forward returns y [B, H, W, C].
func (c Conv) Forward() []float64 {
	y := c.linear()
	if c.SiLU {
		for i, r := range y {
			y[i], _ = silu(r)
		}
	}
	return y
}

// Backward returns the gradients of a loss with respect to X, Taps and Bias, given that with respect to y.
func (c Conv) Backward(gy []float64) (gx, gTaps, gBias []float64) {
	gx, gTaps = make([]float64, len(c.X)), make([]float64, len(c.Taps))
	if c.Bias != nil {
		gBias = make([]float64, c.Channels)
	}
	gr := append([]float64{}, gy...)
	if c.SiLU {
		for i, r := range c.linear() {
			_, slope := silu(r)
			gr[i] *= slope
		}
	}
	for at, g := range gr {
		if c.Bias != nil {
			gBias[at%c.Channels] += g
		}
		c.window(at, func(tap, from int) {
			gTaps[tap] += g * c.X[from]
			gx[from] += g * c.Taps[tap]
		})
	}
	return gx, gTaps, gBias
}

// linear is the convolution before SiLU.
func (c Conv) linear() []float64 {
	r := make([]float64, len(c.X))
	for at := range r {
		if c.Bias != nil {
			r[at] = c.Bias[at%c.Channels]
		}
		c.window(at, func(tap, from int) { r[at] += c.Taps[tap] * c.X[from] })
	}
	return r
}

// window visits the taps of the output at a place, each with the place in X that it multiplies.
func (c Conv) window(at int, visit func(tap, from int)) {
	channel, j, i, b := at%c.Channels, at/c.Channels%c.Width, at/c.Channels/c.Width%c.Height, at/c.Channels/c.Width/c.Height
	for p := range c.Rows {
		for q := range c.Columns {
			row, column := i-c.Top+p, j-c.Left+q
			if row < 0 || row >= c.Height || column < 0 || column >= c.Width {
				continue
			}
			tap := p*c.Columns + q
			if c.Mirrored {
				tap = c.Rows*c.Columns - 1 - tap
			}
			visit(tap*c.Channels+channel, ((b*c.Height+row)*c.Width+column)*c.Channels+channel)
		}
	}
}
