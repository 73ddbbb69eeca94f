package vision

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

type size struct {
	name  string
	value int
}

// check reports the first size of a model that is not positive, and a rate of DropPath that is none.
func check(model string, dropPath float64, sizes ...size) error {
	for _, s := range sizes {
		if s.value < 1 {
			return fmt.Errorf("%s: %s is %d: it must be 1 or more", model, s.name, s.value)
		}
	}
	if !(dropPath >= 0 && dropPath < 1) {
		return fmt.Errorf("%s: drop_path is %g: it must be at least 0 and below 1", model, dropPath)
	}
	return nil
}

// mustFit panics with Validate's sentence when a model and its images [B, H, W, C] don't fit.
func mustFit(model Model, images *Node) {
	if err := model.Validate(images.Shape().Dim(1), images.Shape().Dim(2)); err != nil {
		panic(err)
	}
}
