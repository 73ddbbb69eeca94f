package experiments

import (
	"strings"
	"testing"

	"mambamixer/plots"
)

// TestArchitectures: every figure of an architecture can be drawn.
func TestArchitectures(t *testing.T) {
	for _, a := range Architectures() {
		svg, err := drawn(a.Drawing)
		if err != nil {
			t.Errorf("%s: %v", a.Figure, err)
		}
		if !strings.Contains(svg, a.Drawing.Title) {
			t.Errorf("%s does not show its title %q", a.Figure, a.Drawing.Title)
		}
	}
}

// TestDrawingFollowsTheSpec changes settings and looks for words that must come into the figure or go.
func TestDrawingFollowsTheSpec(t *testing.T) {
	for _, test := range []struct {
		set         string
		come, leave []string
	}{
		{"", []string{">layer 2: variate mixer<", ">selective, both ways<", ">Σ<", ">49,152 weights<"}, nil},
		{"model.layers=1", nil, []string{">layer 2: variate mixer<"}},
		{"model.unidirectional_channel=true", nil, []string{">selective, both ways<"}},
		{"model.channel_mixer=mlp", []string{">mlp<"}, []string{">selective, both ways<"}},
		{"model.averaging=plain", nil, []string{">Σ<"}},
		{"model.final_norm=true", []string{">over P, D<"}, nil},
		{"data.horizon=192", []string{">98,304 weights<"}, []string{">49,152 weights<"}},
	} {
		svg := drawnSpec(t, "tsm2/ETTh1/96", test.set)
		for _, word := range test.come {
			if !strings.Contains(svg, word) {
				t.Errorf("with %q there is no %q", test.set, word)
			}
		}
		for _, word := range test.leave {
			if strings.Contains(svg, word) {
				t.Errorf("with %q there still is %q", test.set, word)
			}
		}
	}
}

// drawnSpec draws a spec with a change, or without one.
func drawnSpec(t *testing.T, name, set string) string {
	t.Helper()
	spec := find(t, name)
	if set != "" {
		var err error
		if spec, _, err = spec.SetAll([]string{set}); err != nil {
			t.Fatal(err)
		}
	}
	d, err := spec.Drawing(nil)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := drawn(d)
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

// TestDrawingOfClassifiers: the sizes and classes are those of the spec and its set.
func TestDrawingOfClassifiers(t *testing.T) {
	for _, test := range []struct {
		name, set string
		words     []string
	}{
		{"vim2-tiny/imagenet", "", []string{"ViM2-T on imagenet: 224 × 224 pixels to 1000 classes", ">channel mixer 3<"}},
		{"vim2-nano/shapes", "data.pictures.size=48", []string{": 48 × 48 pixels to 8 classes"}},
		{"vim2-nano/shapes", "data.set=" + writePictures(t, "own", 16, 16, 8, -1, -1), []string{" on own: 32 × 32 pixels to 8 classes"}},
	} {
		svg := drawnSpec(t, test.name, test.set)
		for _, word := range test.words {
			if !strings.Contains(svg, word) {
				t.Errorf("%s with %q lacks %q", test.name, test.set, word)
			}
		}
	}
}

func TestDrawingRefuses(t *testing.T) {
	for name, words := range map[string]string{
		"dlinear/ETTh1/96":         "DLinear does not say what it is made of",
		"resnet-nano/shapes":       "does not say what it is made of",
		"vim2-tiny-upernet/ade20k": "the head on ViM2-T does not say what it is made of",
		"vim2-tiny-maskrcnn/coco":  "the head on ViM2-T does not say what it is made of",
	} {
		if _, err := find(t, name).Drawing(nil); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v, want %q", name, err, words)
		}
	}
}

func drawn(d plots.Drawing) (string, error) {
	p, err := plots.Diagram(d)
	if err != nil {
		return "", err
	}
	return plots.SVG(d.Size(), p)
}
