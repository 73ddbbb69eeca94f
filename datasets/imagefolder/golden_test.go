package imagefolder

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The real sets, where $MAMBAMIXER_DATA has them: counts, sums, sizes and labels. The sums are of what this project's
// results were made from; the counts are the publishers'.
func TestRealSets(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("MAMBAMIXER_DATA"))
	for _, want := range []struct {
		name, title          string
		classes, train, test int
		first, last          string // of the training split: label, width x height, name
		sum                  string
	}{
		{"cifar10", "CIFAR-10-JPEG", 10, 50000, 10000,
			"0 32x32 0000.jpg", "9 32x32 4999.jpg", "fdc9a479de5462d519fadfe310a5ad98b3589a35267d22854c70dfb352a7b89f"},
		{"tiny-imagenet-20", "Tiny-ImageNet-20", 20, 10000, 1000,
			"0 64x64 n01641577_0.JPEG", "19 64x64 n09246464_99.JPEG", "862e4cf5711f2032db27963147975c7654d58f1707d3ab043e3fdb23cd925374"},
		{"pets-3", "Pets-3", 3, 300, 298,
			"0 256x325 Abyssinian_100.jpg", "2 341x256 Bengal_191.jpg", "1ad378c1fc0bff6aa7a210687c29a67ccf567341124882abf0a8c90531204747"},
		{"imagenet-sample", "ImageNet-10-sample", 1000, 10, 10,
			"0 160x127 n01440764_2923.JPEG", "9 106x160 n01518878_42327.JPEG", "4c733f21fef6cbe2a5e7d89bc7a78b57a516c1101dc4d2a3c64942e3a6031a61"},
	} {
		t.Run(want.name, func(t *testing.T) {
			set, err := strictly(want.name, dirs)
			if _, missing := err.(*MissingError); missing {
				t.Skipf("needs %s in $MAMBAMIXER_DATA", want.name)
			}
			if err != nil {
				t.Fatal(err)
			}
			defer set.Close()
			if set.Name != want.title || len(set.Classes) != want.classes || set.Train.Len() != want.train || set.Test.Len() != want.test {
				t.Errorf("%s: %d classes, %d and %d pictures", set.Name, len(set.Classes), set.Train.Len(), set.Test.Len())
			}
			if set.SHA256 != want.sum {
				t.Errorf("its sum is %s, want %s", set.SHA256, want.sum)
			}
			for i, text := range map[int]string{0: want.first, set.Train.Len() - 1: want.last} {
				p, err := set.Train.Picture(i)
				if err != nil {
					t.Fatal(err)
				}
				if got := fmt.Sprintf("%d %dx%d %s", set.Train.Label(i), p.W, p.H, filepath.Base(set.Train.Where(i))); got != text {
					t.Errorf("picture %d is %q, want %q", i, got, text)
				}
			}
		})
	}
}
