package ap_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"mambamixer/datasets/mask"
	"mambamixer/experiments/ap"
)

// TestAgainstCOCO holds the scores of boxes and masks against those of COCO's tools, which the file names.
func TestAgainstCOCO(t *testing.T) {
	type thing struct {
		Picture, Cls int
		Box          [4]float64 // x, y, width, height
		Area, Score  float64
		Crowd        bool
		Mask         string
	}
	var golden struct {
		Height, Width   int
		Truths, Guesses []thing
		Boxes, Masks    [6]float64
	}
	data, err := os.ReadFile("testdata/coco.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	parts := func(g thing) (mask.Box, *mask.Mask) {
		m, err := mask.Parse(golden.Height, golden.Width, g.Mask)
		if err != nil {
			t.Fatal(err)
		}
		return mask.Box{X0: g.Box[0], Y0: g.Box[1], X1: g.Box[0] + g.Box[2], Y1: g.Box[1] + g.Box[3]}, m
	}
	var truths []ap.Truth
	for _, g := range golden.Truths {
		box, m := parts(g)
		truths = append(truths, ap.Truth{Picture: g.Picture, Class: g.Cls, Box: box, Mask: m, Area: g.Area, Crowd: g.Crowd})
	}
	var guesses []ap.Guess
	for _, g := range golden.Guesses {
		box, m := parts(g)
		guesses = append(guesses, ap.Guess{Picture: g.Picture, Class: g.Cls, Score: g.Score, Box: box, Mask: m})
	}
	for kind, want := range map[ap.Kind][6]float64{ap.Boxes: golden.Boxes, ap.Masks: golden.Masks} {
		s := ap.Evaluate(kind, truths, guesses)
		for i, got := range [6]float64{s.AP, s.AP50, s.AP75, s.Small, s.Medium, s.Large} {
			if !(math.Abs(got-want[i]) < 1e-9) {
				t.Errorf("kind %d, score %d: %.12f, want %.12f", kind, i, got, want[i])
			}
		}
	}
}

// TestAPByHand: three objects, of which the first guess finds one, the second none and the third another.
func TestAPByHand(t *testing.T) {
	box := func(x float64) mask.Box { return mask.Box{X0: x, X1: x + 10, Y1: 10} }
	truths := []ap.Truth{{Box: box(0), Area: 100}, {Box: box(20), Area: 100}, {Box: box(40), Area: 100}}
	guesses := []ap.Guess{{Score: 0.9, Box: box(0)}, {Score: 0.8, Box: box(100)}, {Score: 0.7, Box: box(20)}}
	s := ap.Evaluate(ap.Boxes, truths, guesses)
	if want := (34*1.0 + 33*2./3) / 101; math.Abs(s.AP-want) > 1e-12 || s.Small != s.AP || !math.IsNaN(s.Large) {
		t.Errorf("%+v, want an AP of %v", s, want)
	}
	if s := ap.Evaluate(ap.Boxes, nil, guesses); !math.IsNaN(s.AP) {
		t.Errorf("without objects the AP is %v", s.AP)
	}
	if s := ap.Evaluate(ap.Boxes, truths, nil); s.AP != 0 {
		t.Errorf("without guesses the AP is %v", s.AP)
	}
}
