package scenes

import "mambamixer/datasets/mask"

// Object is one thing in a picture.
type Object struct {
	Class int
	Box   mask.Box   // around it
	Mask  *mask.Mask // of the picture's size
	Area  float64    // of the mask as it was annotated, pixels
	Crowd bool       // several things of a class that are not told apart
}

// objectsOf finds the objects of a map [H, W] in which each has a number of its own, and 0 is none. class gives the class
// of a number.
func objectsOf(h, w int, numbers []uint8, class func(number uint8) int) (list []Object) {
	var pixels [256][]uint8
	for i, number := range numbers {
		if pixels[number] == nil {
			pixels[number] = make([]uint8, h*w)
		}
		pixels[number][i] = 1
	}
	for number := 1; number < len(pixels); number++ {
		if pixels[number] != nil {
			m := mask.FromPixels(h, w, pixels[number])
			list = append(list, Object{Class: class(uint8(number)), Box: m.Box(), Mask: m, Area: float64(m.Area())})
		}
	}
	return list
}
