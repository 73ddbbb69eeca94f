// Package ap scores a detector as COCO does: by the mean average precision of its boxes or masks.
//
//	s := ap.Evaluate(ap.Masks, truths, guesses)   // s.AP, s.AP50, s.AP75; s.Small, s.Medium, s.Large
//
// A class's guesses are taken by falling score, over all pictures. A guess is right if it overlaps an object that no guess before it
// in the picture has claimed, by a threshold at least; the average precision is the mean, over 101 recalls from 0 to 1, of the
// highest precision at that recall or a higher one. AP is the mean over the thresholds 0.50, 0.55, ..., 0.95 and over the classes
// that have objects. The numbers are those of pycocotools, to rounding, which the tests hold them against.
package ap
