package bench

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"mambamixer/internal/backend"
	"mambamixer/mixer/vim2"
)

// small are pictures that take no time.
var small = Options{Batches: []int{2}, Sides: []int{8, 16}, plan: tiny.plan}

// oneStage is the first stage of ViM2-Nano.
func oneStage() vim2.Variant {
	v := vim2.Variant{Name: "of one stage", Config: vim2.Nano()}
	v.Config.Stages = v.Config.Stages[:1]
	return v
}

// TestStageShapes has the places of Table 8, and on pictures that the patches don't divide those that filling up gives.
func TestStageShapes(t *testing.T) {
	for side, want := range map[int][]int{224: {56, 28, 14, 7}, 250: {63, 32, 16, 8}} {
		var got []int
		for _, s := range stageShapes(vim2.Tiny(), 2, side) {
			got = append(got, s.side)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d pixels give the sides %v, want %v", side, got, want)
		}
	}
	first := stageShapes(vim2.Tiny(), 2, 224)[0]
	if want := (dims{2, 56 * 56, 192, 16}); first.tokens != want {
		t.Errorf("token mixers scan %v, want %v", first.tokens, want)
	}
	if want := (dims{2 * 56 * 56, 12, 16, 16}); first.channels != want {
		t.Errorf("channel mixers scan %v, want %v", first.channels, want)
	}
	one := vim2.Tiny()
	one.UnidirectionalChannel = true
	perceptron := vim2.Tiny()
	perceptron.ChannelMixer = vim2.ChannelMLP
	for name, test := range map[string]struct {
		config vim2.Config
		want   int
	}{"tiny": {vim2.Tiny(), 6}, "one way": {one, 3}, "perceptrons": {perceptron, 0}} {
		if third := stageShapes(test.config, 2, 224)[2]; third.tokenScans != 24 || third.channelScans != test.want {
			t.Errorf("%s: %d scans of token mixers, %d of channel mixers; want 24 and %d", name, third.tokenScans, third.channelScans, test.want)
		}
	}
}

// TestVision measures everything but the training of ViM2-Nano once. Scripts stand for the processes of which the memory
// is measured: a pass takes a microsecond per pixel.
func TestVision(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	opts := small
	step := visionRow{batch: 2, side: 8, pass: training}
	if err := step.measure(ctx, b, oneStage(), opts); err != nil || len(step.Times) != visionSteps-1 {
		t.Errorf("training steps took %v, %v", step.Times, err)
	}
	opts.Self = script(t, `echo "{\"ms\": [$(($8 * $8)).0], \"peak\": 2000000000}"`)
	variant := oneStage()
	sides, err := sidesTable(ctx, b, variant, opts)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"16", "256", "256.00 [256.00-256.00]", "1000000.00", "2.00"}; !slices.Equal(sides.Rows[1], want) || !strings.Contains(sides.Notes[0], "pixels: 1.00;") {
		t.Errorf("got %q, %q; want %q and the slope 1", sides.Rows[1], sides.Notes, want)
	}
	batches, err := batchesTable(ctx, b, []vim2.Variant{variant}, opts)
	if err != nil {
		t.Fatal(err)
	}
	if row := batches.Rows[1]; len(batches.Rows) != 2 || row[2] != "training step" || row[4] != "31.25" || row[7] == "-" {
		t.Errorf("got %q, want 2 pictures in 64 ms", row)
	}
	cross, err := crossTable(ctx, b, variant.Config, 2, 8)
	if err != nil {
		t.Fatal(err)
	}
	if len(cross.Rows) != 2 || cross.Rows[1][1] != "[2 4 4 32]" {
		t.Errorf("the cross-scan has the rows %q", cross.Rows)
	}
	opts.Self = script(t, "echo hello")
	if _, err := sidesTable(ctx, b, variant, opts); err == nil || !strings.Contains(err.Error(), `bench vision-forward printed "hello`) {
		t.Errorf("a process that prints nothing of use gives the error %v", err)
	}
}

func TestThroughput(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	broken := oneStage()
	broken.Name, broken.Config.Patch = "broken", 0
	table, err := throughputTable(context.Background(), b, []vim2.Variant{oneStage(), broken}, small)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rows) != 4 || table.Rows[1][1] != "bfloat16" || table.Rows[1][6] == "-" || table.Rows[2][3] != "-" {
		t.Errorf("got %q", table.Rows)
	}
	if len(table.Notes) != 4 || !strings.Contains(table.Notes[3], "ViM2-broken, bfloat16, batch 2, forward+backward: ") || !strings.Contains(table.Notes[3], "patch is 0") {
		t.Errorf("what can't be run is said in %q", table.Notes)
	}
	if err := Throughput(context.Background(), b, io.Discard, Options{Models: []string{"tinny"}}); err == nil || !strings.Contains(err.Error(), "tiny") {
		t.Errorf("a model that isn't there gives the error %v", err)
	}
}
