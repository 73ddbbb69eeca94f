package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/scenes"
)

// A batch of scenes depends on seed, epoch and indices, not on workers or on what is kept in memory.
func TestSceneBatches(t *testing.T) {
	ctx, recipe := context.Background(), augment.Scene(24, 32)
	var first *SceneBatch
	for _, o := range []Options{{Workers: 1}, {Workers: 4}, {Workers: 2, Memory: -1}} {
		source, err := OpenScenes(ctx, scenes.Draw(false).Train, o)
		if err != nil {
			t.Fatal(err)
		}
		b, err := source.Train(ctx, recipe, 3, 2, []int32{5, 0, 17})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		}
		if !slices.Equal(b.Pixels, first.Pixels) || !slices.Equal(b.Labels, first.Labels) || len(b.Labels) != 3*24*32 {
			t.Errorf("with %+v the batch is another one", o)
		}
		if other, _ := source.Train(ctx, recipe, 3, 3, []int32{5, 0, 17}); slices.Equal(other.Pixels, b.Pixels) {
			t.Error("another epoch has the same pictures")
		}
		test, err := source.Test(ctx, augment.Scene(48, 64), []int32{5})
		if err != nil || !slices.Contains(test.Labels, scenes.Ignored) {
			t.Errorf("the test scene has no pixel without a class, %v", err)
		}
	}
}

// broken are scenes of which one can't be decoded.
type broken struct{ scenes.Scenes }

func (b broken) Scene(i int) (*scenes.Scene, error) {
	if i == 7 {
		return nil, errors.New("damaged")
	}
	return b.Scenes.Scene(i)
}

func TestBrokenScene(t *testing.T) {
	if _, err := OpenScenes(context.Background(), broken{scenes.Draw(false).Train}, Options{}); err == nil || !strings.Contains(err.Error(), "scene 7 of the generated ones: damaged") {
		t.Errorf("%v", err)
	}
}
