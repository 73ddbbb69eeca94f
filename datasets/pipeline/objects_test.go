package pipeline

import (
	"context"
	"slices"
	"testing"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/scenes"
)

// A batch of objects depends on its arguments alone, whether scenes are kept or decoded anew.
func TestObjectBatches(t *testing.T) {
	ctx, recipe := context.Background(), augment.Detection(48, 64)
	recipe.MaxObjects, recipe.Grid, recipe.MaxScale = 4, 14, 1.5
	set := scenes.Draw(true)
	var want []*ObjectBatch
	for _, o := range []Options{{}, {Memory: -1}, {Workers: 1}} {
		source, err := OpenScenes(ctx, set.Test, o)
		if err != nil {
			t.Fatal(err)
		}
		var got []*ObjectBatch
		for _, make := range []func() (*ObjectBatch, error){
			func() (*ObjectBatch, error) { return source.TrainObjects(ctx, recipe, 1, 2, []int32{5, 0, 9}) },
			func() (*ObjectBatch, error) { return source.TestObjects(ctx, recipe, []int32{3, 4}) },
		} {
			b, err := make()
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, b)
		}
		if want == nil {
			want = got
			scene, _ := source.Scene(3)
			if n := len(want[1].Classes); n != 8 || want[1].Classes[0] != int32(scene.Objects[0].Class) || source.Len() != 100 {
				t.Errorf("%d classes, %v; the first object's is %d", n, want[1].Classes, scene.Objects[0].Class)
			}
			continue
		}
		for i := range want {
			if !slices.Equal(got[i].Pixels, want[i].Pixels) || !slices.Equal(got[i].Boxes, want[i].Boxes) ||
				!slices.Equal(got[i].Classes, want[i].Classes) || !slices.Equal(got[i].Masks, want[i].Masks) {
				t.Errorf("%+v: batch %d is another one", o, i)
			}
		}
	}
}
