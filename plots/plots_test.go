package plots

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

// The golden images were drawn by this package.
var regen = flag.Bool("regen", false, "draw the golden images anew")

// golden compares plots with testdata/<name>.png.
func golden(t *testing.T, name string, size Size, panels ...*plot.Plot) {
	t.Helper()
	want := filepath.Join("testdata", name+".png")
	got := filepath.Join(t.TempDir(), name+".png")
	if *regen {
		got = want
	}
	if err := Save(got, size, panels...); err != nil {
		t.Fatal(err)
	}
	// A tolerance for the rounding of edges on other processors.
	if difference := apart(t, got, want); difference > 0.001 {
		kept := filepath.Join(os.TempDir(), name+"_got.png")
		if err := Save(kept, size, panels...); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s differs from %s by %.2g; look at both, and if the new one is right run with -regen", kept, want, difference)
	}
}

// apart gives the mean difference of the grey values of two images, 0 to 1; 1 if their sizes differ.
func apart(t *testing.T, first, second string) float64 {
	t.Helper()
	a, b := decode(t, first), decode(t, second)
	if a.Bounds() != b.Bounds() {
		return 1
	}
	var sum, n float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			grey := func(img image.Image) float64 {
				return float64(color.Gray16Model.Convert(img.At(x, y)).(color.Gray16).Y) / math.MaxUint16
			}
			sum += math.Abs(grey(a) - grey(b))
			n++
		}
	}
	return sum / n
}

func decode(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// course is a training run that over-fits.
func course() Training {
	t := Training{Title: "TSM2 on ETTh1, horizon 96", Unit: "MSE (standardised units)", Best: 5,
		Loss: Series{Name: "training loss"}, Val: Series{Name: "validation error"}}
	for step := 10; step <= 500; step += 10 {
		x := float64(step)
		t.Loss.Steps = append(t.Loss.Steps, step)
		t.Loss.Y = append(t.Loss.Y, 0.32+0.5*math.Exp(-x/60)+0.012*math.Sin(x*1.7))
		if step%50 == 0 {
			t.Val.Steps = append(t.Val.Steps, step)
			t.Val.Y = append(t.Val.Y, 0.665+0.3*math.Exp(-x/50)+1.2e-6*(x-300)*(x-300))
		}
	}
	return t
}

// window is a window of waves with two forecasts.
func window(variates int) Window {
	w := Window{Title: "ETTh1, test window 1200", TimeUnit: "hours", TimeStep: 1}
	for v, name := range []string{"HUFL", "MUFL", "LUFL", "OT"}[:variates] {
		wave := func(i int) float64 {
			x := float64(i)
			return math.Sin(x*2*math.Pi/24+float64(v)) + 0.4*math.Sin(x*2*math.Pi/11) + 0.004*x*float64(v)
		}
		variate := Variate{Name: name + " (standardised)", Forecasts: []Forecast{{Model: "TSM2"}, {Model: "NLinear"}}}
		for i := -191; i <= 0; i++ {
			variate.History = append(variate.History, wave(i))
		}
		for i := 1; i <= 96; i++ {
			variate.Truth = append(variate.Truth, wave(i))
			variate.Forecasts[0].Y = append(variate.Forecasts[0].Y, 0.85*wave(i)+0.1*math.Sin(float64(i)/9))
			variate.Forecasts[1].Y = append(variate.Forecasts[1].Y, 0.6*wave(i))
		}
		w.Variates = append(w.Variates, variate)
	}
	return w
}

func TestTrainingCurve(t *testing.T) {
	curve, err := TrainingCurve(course())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "training", Wide, curve)
	plain := course()
	plain.Val, plain.Best = Series{}, -1
	if curve, err = TrainingCurve(plain); err != nil {
		t.Fatal(err)
	}
	golden(t, "training_without_validation", Wide, curve)
}

func TestForecasts(t *testing.T) {
	for name, variates := range map[string]int{"forecast": 4, "forecast_single": 1} {
		panels, err := Forecasts(window(variates))
		if err != nil {
			t.Fatal(err)
		}
		size := Strip
		if variates == 1 {
			size = Wide
		}
		golden(t, name, size, panels...)
	}
}

func TestWrongFigures(t *testing.T) {
	training := func(edit func(*Training)) error {
		c := course()
		edit(&c)
		_, err := TrainingCurve(c)
		return err
	}
	forecast := func(edit func(*Window)) error {
		w := window(2)
		edit(&w)
		_, err := Forecasts(w)
		return err
	}
	curve, err := TrainingCurve(course())
	if err != nil {
		t.Fatal(err)
	}
	for want, err := range map[string]error{
		"needs at least one step":                             training(func(c *Training) { c.Loss = Series{} }),
		`"validation error" has 9 steps, but 10 values`:       training(func(c *Training) { c.Val.Steps = c.Val.Steps[1:] }),
		`"training loss" cannot be drawn at step 40`:          training(func(c *Training) { c.Loss.Y[3] = math.NaN() }),
		"shows 1 to 4 variates, not 0":                        forecast(func(w *Window) { w.Variates = nil }),
		"time step of a forecast figure is 0":                 forecast(func(w *Window) { w.TimeStep = 0 }),
		`of TSM2 for "MUFL (standardised)" has 95 time steps`: forecast(func(w *Window) { f := w.Variates[1].Forecasts; f[0].Y = f[0].Y[1:] }),
		"needs a history and a truth":                         forecast(func(w *Window) { w.Variates[0].History = nil }),
		`"HUFL (standardised)" cannot be drawn`:               forecast(func(w *Window) { w.Variates[0].Truth[0] = math.Inf(1) }),
		"no plot to save":                                     Save("x.png", Wide),
		"the name x.bmp ends in none of them":                 Save("x.bmp", Wide, curve),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}

func TestFormats(t *testing.T) {
	curve, err := TrainingCurve(course())
	if err != nil {
		t.Fatal(err)
	}
	for ext, magic := range map[string]string{"png": "\x89PNG", "svg": "<?xml", "pdf": "%PDF"} {
		path := filepath.Join(t.TempDir(), "new", "figure."+ext)
		if err := Save(path, Wide, curve); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(data, []byte(magic)) {
			t.Errorf("%s begins with %.8q (%v)", path, data, err)
		} else if texts := bytes.Count(data, []byte("<text ")); ext == "svg" && (texts < 5 || texts != bytes.Count(data, []byte("textLength=\""))) {
			t.Errorf("not all of %d texts say how long they are", texts)
		} else if ext == "svg" && !bytes.Contains(data, []byte(",sans-serif")) {
			t.Errorf("%s names no face that every machine has", path)
		} else if inline, err := SVG(Wide, curve); ext == "svg" && (err != nil || !strings.HasPrefix(inline, "<svg") || !strings.HasSuffix(string(data), inline)) {
			t.Errorf("what goes into a page is not the end of the file: %.40q (%v)", inline, err)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		low, high, period float64
		want              string
	}{
		{0, 500, 0, "0 100 200 300 400 500"},
		{-191, 96, 0, "-150 -100 -50 0 50"},
		{-191, 96, 24, "-144 -96 -48 0 48 96"},
		{-511, 96, 24, "-480 -384 -288 -192 -96 0 96"},
		{-10, 5, 24, "-10 -5 0 5"},
		{0.31, 0.92, 0, "0.4 0.6 0.8"},
		{-1e-3, 1e-3, 0, "-0.0010 -0.0005 0.0000 0.0005 0.0010"},
		{0, 3e8, 0, "0 5e+07 1e+08 1.5e+08 2e+08 2.5e+08 3e+08"},
	} {
		var labels []string
		for _, tick := range (ticks{period: test.period}).Ticks(test.low, test.high) {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("[%v, %v] by %v: %s, want %s", test.low, test.high, test.period, got, test.want)
		}
	}
}
