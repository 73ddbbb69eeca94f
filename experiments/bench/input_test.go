package bench

import "testing"

// What is measured is what it is said to be.
func TestInputPictures(t *testing.T) {
	pictures, done, err := inputOf("generated 500 x 375", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	for i := range 2 {
		if p, err := pictures.Picture(i); err != nil || p.W != 500 || p.H != 375 {
			t.Errorf("picture %d: %v", i, err)
		}
	}
	if absent, _, err := inputOf("cifar10", []string{t.TempDir()}); absent != nil || err != nil {
		t.Errorf("a set that isn't there: %v, %v", absent, err)
	}
}
