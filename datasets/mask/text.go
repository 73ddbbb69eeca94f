package mask

import (
	"errors"
	"fmt"
)

// Parse reads the runs that COCO's tools write as text: each, less the one two before it from the fourth on, in groups of
// five bits, the lowest first, as characters from '0' on; the sixth bit says that more follow, the fifth of the last is the sign.
func Parse(h, w int, text string) (*Mask, error) {
	var runs []int
	value, shift := 0, 0
	for i := range len(text) {
		c := int(text[i]) - '0'
		if c < 0 || c > 63 || shift > 50 {
			return nil, fmt.Errorf("the mask's text has %q at %d, which is no part of a run", text[i], i)
		}
		value |= c & 31 << shift
		shift += 5
		if c&32 != 0 {
			continue
		}
		if c&16 != 0 {
			value |= -1 << shift
		}
		if n := len(runs); n > 2 {
			value += runs[n-2]
		}
		runs = append(runs, value)
		value, shift = 0, 0
	}
	if shift > 0 {
		return nil, errors.New("the mask's text ends within a run")
	}
	return FromRuns(h, w, runs)
}
