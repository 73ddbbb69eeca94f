package paper

import (
	"math"
	"testing"
)

// The differences that the paper's text names, in points, and the sum of its claims: only EffNet is better at its size.
func TestTable2(t *testing.T) {
	top1 := map[string]float64{}
	for _, a := range Classification() {
		if _, twice := top1[a.Model]; !twice || a.Size == 384 { // of DeiT-B the text takes the row at 384 pixels
			top1[a.Model] = a.Top1
		}
	}
	if len(Classification()) != 36 {
		t.Errorf("%d rows, want 36", len(Classification()))
	}
	for _, claim := range []struct {
		better, worse string
		points        float64
	}{
		{"ViM2-T", "ViM-T", 6.6}, {"ViM2-T", "VMamba-T", 0.5}, {"ViM2-T", "Swin-T", 1.4}, {"ViM2-T", "ResNet-50", 6.5}, {"ViM2-T", "ViM-S", 2.2},
		{"ViM2-B", "VMamba-B", 0.7}, {"ViM2-B", "Swin-B", 0.4}, {"ViM2-B", "DeiT-B", 0.8}, {"ViM2-B", "ResNet-152", 5.6}, {"ViM2-B", "EffNet-B5", 0.3},
		{"ViM2-T", "ViM2-MLP", 3.6},
	} {
		if got := top1[claim.better] - top1[claim.worse]; math.Abs(got-claim.points) > 1e-9 {
			t.Errorf("%s is %.2f points above %s, the paper says %.1f", claim.better, got, claim.worse, claim.points)
		}
	}
}

// ViM2 and VMamba gain from 224 to 384 pixels, and at 224 ViM2 is as in Table 2.
func TestFigure4(t *testing.T) {
	at := map[string]map[int]float64{}
	for _, a := range Resolution() {
		if at[a.Model] == nil {
			at[a.Model] = map[int]float64{}
		}
		at[a.Model][a.Size] = a.Top1
	}
	for _, model := range []string{"ViM2-T", "ViM2-S", "VMamba-T", "VMamba-S"} {
		if len(at[model]) != 8 || at[model][384] <= at[model][224] {
			t.Errorf("%s: %v", model, at[model])
		}
	}
	for _, a := range Classification() {
		if (a.Model == "ViM2-T" || a.Model == "ViM2-S") && at[a.Model][224] != a.Top1 {
			t.Errorf("%s is at %v in the figure and at %v in the table", a.Model, at[a.Model][224], a.Top1)
		}
	}
}

// Two token mixers stand beside each channel mixer, and the maps halve from stage to stage.
func TestTable8(t *testing.T) {
	stages := Stages()
	if len(stages) != 12 {
		t.Fatalf("%d stages, want 12", len(stages))
	}
	for _, s := range stages {
		if s.TokenMixers != 2*s.ChannelMixers || s.Side<<(s.Stage+1) != 224 {
			t.Errorf("%+v", s)
		}
	}
}
