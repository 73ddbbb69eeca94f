package scenes

import (
	"os"
	"path/filepath"
	"testing"
)

// The real sets, where $MAMBAMIXER_DATA has them. Pixels were counted in the same files by a program of its own, which
// decodes PNG by itself.
func TestRealSets(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("MAMBAMIXER_DATA"))
	for _, want := range []struct {
		name, title      string
		train, val, test int
		w, h             int
		class            uint8
		pixels, without  int // of the class in the first test picture, and without a class
	}{
		{"camvid", "CamVid", 367, 101, 233, 480, 360, 3, 35990, 9872},
		{"ade20k-sample", "ADE20K-sample", 3, 0, 3, 683, 512, 0, 14538, 3613},
	} {
		t.Run(want.name, func(t *testing.T) {
			set, err := Load(want.name, dirs)
			if _, missing := err.(*MissingError); missing {
				t.Skipf("needs %s in $MAMBAMIXER_DATA", want.name)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer set.Close()
			if set.Name != want.title || set.Train.Len() != want.train || set.Val.Len() != want.val || set.Test.Len() != want.test {
				t.Errorf("%s: %d, %d and %d scenes", set.Name, set.Train.Len(), set.Val.Len(), set.Test.Len())
			}
			scene, err := set.Test.Scene(0)
			if err != nil {
				t.Fatal(err)
			}
			counts := map[uint8]int{}
			for _, label := range scene.Labels {
				counts[label]++
			}
			if scene.Picture.W != want.w || scene.Picture.H != want.h || counts[want.class] != want.pixels || counts[Ignored] != want.without {
				t.Errorf("%s: %d x %d, %d pixels of class %d and %d without one", set.Test.Where(0), scene.Picture.W, scene.Picture.H, counts[want.class], want.class, counts[Ignored])
			}
		})
	}
}

// Objects of the real sets, of COCO's pycocotools counted the pixels; Penn-Fudan has 423 pedestrians by its readme.
func TestRealObjects(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("MAMBAMIXER_DATA"))
	for _, want := range []struct {
		name                   string
		train, test            int
		objects, crowds, pixel [2]int // of the training and the test pictures; 0 pixels = not counted
	}{
		{"coco-mini", 40, 40, [2]int{318, 273}, [2]int{1, 2}, [2]int{4052125, 4246327}},
		{"pennfudan", 136, 34, [2]int{354, 69}, [2]int{}, [2]int{}},
	} {
		t.Run(want.name, func(t *testing.T) {
			set, err := Load(want.name, dirs)
			if _, missing := err.(*MissingError); missing {
				t.Skipf("needs %s in $MAMBAMIXER_DATA", want.name)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer set.Close()
			for i, split := range []Scenes{set.Train, set.Test} {
				objects, crowds, pixels := 0, 0, 0
				for k := range split.Len() {
					scene, err := split.Scene(k)
					if err != nil {
						t.Fatal(err)
					}
					for _, o := range scene.Objects {
						objects, pixels = objects+1, pixels+o.Mask.Area()
						if o.Crowd {
							crowds++
						}
					}
				}
				if n := []int{want.train, want.test}[i]; split.Len() != n || objects != want.objects[i] || crowds != want.crowds[i] ||
					want.pixel[i] > 0 && pixels != want.pixel[i] {
					t.Errorf("split %d: %d scenes, %d objects, %d crowds, %d pixels", i, split.Len(), objects, crowds, pixels)
				}
			}
		})
	}
}
